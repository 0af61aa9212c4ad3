"""The room's WebSocket: who is this page, and what may it ask (docs/room-protocol.md)?"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import Collection

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from domain.errors import BadInput, DomainError, NotAllowed, TooManyTries
from domain.ports.rooms import Gate, SeatRole
from webrtc import wire
from webrtc.allowance import Allowance
from webrtc.leading import Orders, lead
from webrtc.media_plane import MediaPlane, Session
from webrtc.trying import TryingPage

_log = structlog.get_logger()
_HEARTBEAT = 6.0  # seconds of silence; a page that does not answer in half of it is gone
_ENTER_WITHIN = 10.0
_UNSENT = 256  # messages; a page that is so far behind is cut off
_REFUSED = 20  # messages, malformed or beyond what is allowed, after which we stop listening
_AT_ONCE, _PER_SECOND = 60, 8.0  # messages; a person who taps fast makes three a second
_ALWAYS = (wire.Withdraw, wire.Stop, wire.Unshare, wire.Leave, wire.End)


def routes(gate: Gate, media: MediaPlane, origins: Collection[str]) -> list[web.RouteDef]:
    """Give the one address of the room's signalling, for pages of these origins."""
    desk = _Door(gate, media, frozenset(origins))
    return [web.get("/room/socket", desk.open)]


class _Door:
    """Opens a conversation for each page that knocks."""

    def __init__(self, gate: Gate, media: MediaPlane, origins: frozenset[str]) -> None:
        self._gate = gate
        self._media = media
        self._origins = origins

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Talk to one page until it goes."""
        if request.headers.get("Origin") not in self._origins:
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=wire.MAX_MESSAGE)
        await socket.prepare(request)
        await _Conversation(self._gate, self._media, socket).run()
        return socket


class _Conversation:
    """One page's WebSocket, from its first word to its last."""

    def __init__(self, gate: Gate, media: MediaPlane, socket: web.WebSocketResponse) -> None:
        self._gate = gate
        self._media = media
        self._socket = socket
        self._session: Session | None = None
        self._trial: TryingPage | None = None
        self._allowance = Allowance(_AT_ONCE, _PER_SECOND, time.monotonic())
        self._refused = 0
        self._code = WSCloseCode.OK
        self._unsent: asyncio.Queue[wire.News | None] = asyncio.Queue()

    async def run(self) -> None:
        """Listen and speak until either side ends it."""
        speaking = asyncio.create_task(self._speak())
        try:
            if await self._enter():
                await self._listen()
        finally:
            if self._session is not None:
                self._media.lose(self._session)
            if self._trial is not None:
                self._media.trying.end(self._trial)
            self._unsent.put_nowait(None)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(speaking, _ENTER_WITHIN)

    def _tell(self, news: wire.News) -> None:
        if self._unsent.qsize() >= _UNSENT:
            self._hang_up()
        else:
            self._unsent.put_nowait(news)

    def _hang_up(self) -> None:
        self._unsent.put_nowait(None)

    async def _speak(self) -> None:
        with contextlib.suppress(ConnectionError):
            while (news := await self._unsent.get()) is not None:
                await self._socket.send_str(news.model_dump_json())
        await self._socket.close(code=self._code)

    async def _enter(self) -> bool:
        """Take the first message, which says who this is."""
        try:
            first = wire.from_page(await self._socket.receive_str(timeout=_ENTER_WITHIN))
            match first:
                case wire.Enter():
                    seat = await self._gate.enter(first.ticket)
                    if not seat.waiting:  # else the gate notes it when they are let in
                        await self._gate.joined(seat)
                case wire.Resume():
                    seat = await self._gate.resume(*self._media.tokens.read(first.token))
                case wire.Try():
                    seat = await self._gate.trial(first.ticket)
                    self._trial = self._media.trying.begin(
                        seat, tell=self._tell, hang_up=self._hang_up
                    )
                    return True
                case _:
                    raise NotAllowed("enter first")
        except DomainError as reason:
            self._tell(wire.Problem(code=reason.code))
            return False
        except (TypeError, TimeoutError, ConnectionError):  # closed, binary, silent or gone
            return False
        self._session = self._media.seat(seat, tell=self._tell, hang_up=self._hang_up)
        return True

    async def _listen(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                break
            try:
                deed = self._allowed(wire.from_page(message.data))
                if not (self._try(deed) if self._trial else await self._act(deed)):
                    break
            except DomainError as reason:
                self._refused += isinstance(reason, BadInput)
                self._tell(wire.Problem(code=reason.code))
            if self._refused > _REFUSED:
                self._code = WSCloseCode.POLICY_VIOLATION
                break

    def _allowed(self, deed: wire.FromPage) -> wire.FromPage:
        """Pass on what is not too much; what ends something is done all the same, but counted."""
        if not self._allowance.take(time.monotonic()):
            self._refused += 1
            if not isinstance(deed, _ALWAYS):
                raise TooManyTries("too fast")
        return deed

    async def _act(self, deed: wire.FromPage) -> bool:
        """Do what the page asks; tell whether it stays."""
        assert self._session is not None
        match deed:
            case wire.Enter() | wire.Resume() | wire.Try():
                raise NotAllowed("entered already")
            case wire.Beat():
                self._tell(deed)
            case wire.Consent() | wire.Withdraw():
                await self._consent(self._session, deed)
            case wire.End():
                await self._end(self._session)
            case wire.Acknowledge():
                await self._acknowledge(self._session, deed)
            case deed if isinstance(deed, Orders):
                await lead(self._gate, self._media, self._session, deed)
            case wire.Leave():
                session, self._session = self._session, None
                self._media.leave(session)
                await self._gate.left(session.seat.meeting_id, session.seat.participant)
                return False
            case _:
                self._media.ask(self._session, deed)
        return True

    def _try(self, deed: wire.FromPage) -> bool:
        """Do what the page asks for its trial; tell whether it stays."""
        match deed:
            case wire.Publish() | wire.Answer() if self._trial is not None:
                self._media.trying.ask(self._trial, deed)
            case wire.Leave():
                return False
            case _:
                raise NotAllowed("a trial is no room")
        return True

    async def _consent(self, session: Session, deed: wire.Consent | wire.Withdraw) -> None:
        """Stop recording first and note it afterwards; begin only when it is noted."""
        given = isinstance(deed, wire.Consent)
        if not given:
            self._media.ask(session, deed)
        version = deed.text_version
        seat = await self._gate.consent(session.seat, given=given, text_version=version)
        session.seat = dataclasses.replace(seat, consented=given)
        if given:
            self._media.ask(session, deed)

    async def _acknowledge(self, session: Session, deed: wire.Acknowledge) -> None:
        version = deed.text_version
        seat = await self._gate.acknowledge(session.seat, text_version=version)
        session.seat = dataclasses.replace(session.seat, acknowledged=seat.acknowledged)
        self._media.ask(session, deed)

    async def _end(self, session: Session) -> None:
        if session.seat.role is not SeatRole.MEDIATOR:
            raise NotAllowed("only the mediator")
        await self._gate.end(session.seat)
        self._media.close(session.seat.meeting_id)
