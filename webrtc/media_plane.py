"""The web process's end of the media plane: rooms in worker processes that outlive it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from domain.errors import BadInput, DomainError, Expired, NotFound, Refused
from domain.ids import MeetingId
from domain.ports.rooms import Doors, Gate, Seat, SeatRole, Segment
from webrtc import control, wire
from webrtc.control import MAX_LINE, FromWeb, FromWorker, Line
from webrtc.placing import worker_of

_log = structlog.get_logger()
_AGAIN_AFTER = 0.3  # seconds between two attempts to reach a worker

Key = tuple[str, str]  #: meeting, participant


@dataclass(slots=True, eq=False)
class Session:
    """One page that is in a room through this process."""

    seat: Seat
    tell: Callable[[wire.News], None]
    hang_up: Callable[[], None]
    resume: str

    @property
    def key(self) -> Key:
        """Where the session belongs."""
        return (self.seat.meeting_id, self.seat.participant)


@dataclass(slots=True, eq=False)
class Link:
    """The line to one worker, made again whenever it breaks."""

    socket: Path
    line: Line | None = None
    life: str = ""

    def send(self, message: FromWeb) -> None:
        """Send, if the worker is there; after a break everybody is seated again anyway."""
        if self.line is not None:
            self.line.write(message)


class MediaPlane:
    """The rooms as the pages of this process see them."""

    def __init__(
        self,
        gate: Gate,
        sockets: Sequence[Path],
        *,
        resume_key: bytes,
        ice: Callable[[], str],
    ) -> None:
        """``ice`` gives the STUN and TURN servers for a browser that comes now, as JSON."""
        self._gate = gate
        self._links = [Link(socket) for socket in sockets]
        self._resume_key = resume_key
        self._ice = ice
        self._sessions: dict[Key, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._notes: asyncio.Queue[Awaitable[None]] = asyncio.Queue()
        self._reports: dict[str, control.Recorded] = {}
        self.figures: dict[Path, dict[str, int]] = {}

    async def start(self) -> None:
        """Reach for every worker, now and whenever one comes back."""
        self._begin(self._write_notes())
        for link in self._links:
            self._begin(self._stay_connected(link))

    async def stop(self) -> None:
        """Let go of the workers; their rooms go on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self._links:
            if link.line is not None:
                await link.line.close()

    @property
    def is_up(self) -> bool:
        """Tell whether every worker answers."""
        return all(link.line is not None for link in self._links)

    def count(self) -> None:
        """Ask every worker for its figures; they come into :attr:`figures`."""
        for link in self._links:
            link.send(control.Count())

    def close(self, meeting_id: MeetingId) -> None:
        """End the room at once; the job that follows the transaction makes sure of it."""
        self._link(meeting_id).send(control.Close(meeting=meeting_id))

    def seat(
        self, seat: Seat, *, tell: Callable[[wire.News], None], hang_up: Callable[[], None]
    ) -> Session:
        """Put a person's page into the room, in place of a page they had open before."""
        session = Session(seat, tell, hang_up, self._resume_token(seat))
        before = self._sessions.get(session.key)
        self._sessions[session.key] = session
        if before is not None:
            before.tell(wire.Replaced())
            before.hang_up()
        self._link(seat.meeting_id).send(_seated(seat))
        self._note(self._see_to(session))
        return session

    def ask(self, session: Session, deed: wire.Deed) -> None:
        """Pass on what a page asks for."""
        meeting, participant = session.key
        asked = control.Asked(meeting=meeting, participant=participant, deed=deed)
        self._link(meeting).send(asked)

    def leave(self, session: Session) -> None:
        """Take a person out who wants to go."""
        meeting, participant = session.key
        self._sessions.pop(session.key, None)
        self._link(meeting).send(control.Left(meeting=meeting, participant=participant))

    def remove(self, meeting_id: MeetingId, participant: str) -> None:
        """Take somebody out at once; the job that follows the transaction makes sure of it."""
        left = control.Left(meeting=meeting_id, participant=participant, removed=True)
        self._link(meeting_id).send(left)

    def lose(self, session: Session) -> None:
        """Note that a page's connection broke; the worker waits for it to come back."""
        if self._sessions.get(session.key) is session:
            del self._sessions[session.key]
            meeting, participant = session.key
            self._link(meeting).send(control.Lost(meeting=meeting, participant=participant))

    def read_token(self, token: str) -> tuple[MeetingId, str, str]:
        """Tell whose resume token this is: meeting, participant, log-in.

        Raises :class:`Expired` for one that is not ours.
        """
        body, _, mac = token.partition(".")
        if not hmac.compare_digest(self._mac(body).encode(), mac.encode()):
            raise Expired("resume token")
        meeting, participant, session = json.loads(base64.urlsafe_b64decode(body))
        return MeetingId(meeting), participant, session

    def _resume_token(self, seat: Seat) -> str:
        text = json.dumps([seat.meeting_id, seat.participant, seat.session])
        body = base64.urlsafe_b64encode(text.encode()).decode()
        return f"{body}.{self._mac(body)}"

    def _mac(self, body: str) -> str:
        return hmac.new(self._resume_key, b"room-resume:" + body.encode(), "sha256").hexdigest()

    def _link(self, meeting: str) -> Link:
        """Find the line to the worker that has the room."""
        return self._links[worker_of(meeting, [link.socket for link in self._links])]

    async def _stay_connected(self, link: Link) -> None:
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_unix_connection(link.socket, limit=MAX_LINE)
                await self._listen(link, Line(reader, writer))
                self._lose(link)
            await asyncio.sleep(_AGAIN_AFTER)

    def _lose(self, link: Link) -> None:
        """Tell everybody whose room is gone that it is being brought back."""
        link.line = None
        _log.warning("media-worker-lost", socket=link.socket.name)
        for session in self._sessions.values():
            if self._link(session.seat.meeting_id) is link:
                session.tell(wire.Interrupted())

    async def _listen(self, link: Link, line: Line) -> None:
        try:
            while message := await line.read():
                self._hear(link, line, control.from_worker(message))
        except BadInput as reason:
            _log.warning("control-refused", why=str(reason))
        finally:
            await line.close()

    def _hear(self, link: Link, line: Line, message: FromWorker) -> None:
        match message:
            case control.Alive():
                link.line = line  # not before: whoever sat down earlier would be seated twice
                self._greet(link, message.life)
            case control.Admitted():
                self._admit(message)
            case control.Tell():
                session = self._sessions.get((message.meeting, message.participant))
                if session is not None:
                    self._tell(session, message.news)
            case _:
                self._note_down(link, message)

    def _note_down(
        self,
        link: Link,
        message: control.Gone
        | control.RecordingTurned
        | control.Recorded
        | control.Done
        | control.Counted,
    ) -> None:
        match message:
            case control.Gone():
                self._note(self._gate.left(MeetingId(message.meeting), message.participant))
            case control.RecordingTurned():
                self._turn(message)
            case control.Recorded():
                self._take_report(link, message)
            case control.Counted():
                self.figures[link.socket] = message.figures

    def _greet(self, link: Link, life: str) -> None:
        """Seat everybody again: a worker that lived on adopts them, a new one starts over."""
        link.life = life
        link.send(control.Hello())
        for session in list(self._sessions.values()):
            if self._link(session.seat.meeting_id) is link:
                self._note(self._seat_again(session))

    def _admit(self, message: control.Admitted) -> None:
        session = self._sessions.get((message.meeting, message.participant))
        if session is not None:
            seat = session.seat
            session.tell(
                wire.Welcome(
                    participant=seat.participant,
                    name=seat.name,
                    role=seat.role.value,
                    resume=session.resume,
                    fresh=message.fresh,
                    waiting=seat.waiting,
                    ice=json.loads(self._ice()),
                )
            )

    def _tell(self, session: Session, news: wire.News) -> None:
        session.tell(news)
        if isinstance(news, wire.Ended | wire.Removed):
            self._sessions.pop(session.key, None)
            session.hang_up()
            self._note(self._gate.left(session.seat.meeting_id, session.seat.participant))

    async def _seat_again(self, session: Session) -> None:
        """Seat somebody as the books have them now: they may have been muted meanwhile."""
        seat = session.seat
        try:
            with contextlib.suppress(Refused, NotFound):  # who is sent away is told so, seated
                seat = await self._gate.resume(seat.meeting_id, seat.participant, seat.session)
        finally:
            if self._sessions.get(session.key) is session:
                session.seat = seat
                self._link(seat.meeting_id).send(_seated(seat))
        await self._see_to(session)

    async def _see_to(self, session: Session) -> None:
        """Ask the centre again whether this seat is theirs; send away whose it is not.

        The centre may have decided so between its yes at the door and the taking of the seat.
        It also knows whether they had a recording begun, which a dead worker has forgotten.
        """
        seat = session.seat
        try:
            seat = await self._gate.resume(seat.meeting_id, seat.participant, seat.session)
        except (Refused, NotFound):
            self._send_away(session)
            return
        if seat.records:
            self.ask(session, wire.Record())
        if seat.role is SeatRole.MEDIATOR:
            session.tell(doors_told(await self._gate.doors(seat)))

    def _send_away(self, session: Session) -> None:
        if self._sessions.get(session.key) is session:
            self.remove(session.seat.meeting_id, session.seat.participant)

    def _turn(self, message: control.RecordingTurned) -> None:
        meeting_id = MeetingId(message.meeting)
        self._note(self._gate.recording(meeting_id, on=message.on, by=message.by))

    def _take_report(self, link: Link, recorded: control.Recorded) -> None:
        """Note the newest report of a segment; older ones that still wait are passed over."""
        waits = recorded.journal in self._reports
        self._reports[recorded.journal] = recorded
        if not waits:
            self._note(self._keep(link, recorded.journal))

    async def _keep(self, link: Link, journal: str) -> None:
        recorded = self._reports.pop(journal)
        await self._gate.recorded(
            Segment(
                meeting_id=MeetingId(recorded.meeting),
                participant=recorded.participant,
                number=recorded.number,
                started=datetime.fromtimestamp(recorded.started, UTC),
                seconds=recorded.seconds,
                journal=recorded.journal,
                playback=recorded.playback,
                sha256=recorded.sha256,
                closed=recorded.closed,
                gap_before=recorded.gap_before,
                lost=recorded.lost,
                ended=recorded.ended,
            )
        )
        if recorded.closed:
            link.send(control.Kept(journal=recorded.journal))

    def _note(self, note: Awaitable[None]) -> None:
        """Have the gate told, one thing after the other, without keeping the worker waiting."""
        self._notes.put_nowait(note)

    async def _write_notes(self) -> None:
        while True:
            note = await self._notes.get()
            try:
                await note
            except DomainError as reason:
                _log.warning("note-refused", code=reason.code, why=str(reason))
            except Exception:  # noqa: BLE001 (the edge of the loop: the next note must be written)
                _log.exception("note-failed")

    def _begin(self, deed: Awaitable[None]) -> None:
        task = asyncio.ensure_future(deed)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def doors_told(doors: Doors) -> wire.Doors:
    """Say to a mediator's page how the door is."""
    removed = [wire.Gone(participant=one, name=name) for one, name in doors.removed]
    return wire.Doors(locked=doors.locked, removed=removed)


def _seated(seat: Seat) -> control.Seated:
    return control.Seated(
        meeting=seat.meeting_id,
        participant=seat.participant,
        name=seat.name,
        role=seat.role.value,
        consented=seat.consented,
        waiting=seat.waiting,
        muted=seat.muted,
    )
