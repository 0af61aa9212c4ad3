"""The web process's end of the media plane: rooms in worker processes that outlive it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from domain.errors import DomainError, NotFound, Refused
from domain.ids import MeetingId
from domain.ports.rooms import (
    NOWHERE,
    Company,
    Doors,
    Gate,
    Place,
    Seat,
    SeatRole,
    Segment,
    Source,
)
from webrtc import control, wire
from webrtc.codecs import CodecName
from webrtc.company import told
from webrtc.control import FromWeb, FromWorker
from webrtc.link import BEAT, Link
from webrtc.placing import choose
from webrtc.resuming import ResumeTokens
from webrtc.trying import Trying

_log = structlog.get_logger()
_AGAIN_AFTER = 1.0  # seconds until the books are asked once more
_MOVE_AFTER = 0.5  # seconds without its worker, before a room goes to another

OfRoom = control.Admitted | control.Tell | control.Gone | control.RecordingTurned

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


class MediaPlane:
    """The rooms as the pages of this process see them."""

    def __init__(
        self,
        gate: Gate,
        sockets: Sequence[Path],
        *,
        resume_key: bytes,
        ice: Callable[[], str],
        codec: CodecName = "VP8",
    ) -> None:
        """``ice`` gives the STUN and TURN servers for a browser that comes now, as JSON.

        ``codec`` is that of the pictures in every room that is opened from now on.
        """
        self._gate = gate
        self._codec: CodecName = codec
        self._links = {path.stem: Link(path, self._hear, self._lose) for path in sockets}
        self.tokens = ResumeTokens(resume_key)
        self.trying = Trying(self._links, ice, codec)
        self._ice = ice
        self._sessions: dict[Key, Session] = {}
        self._places: dict[str, Place] = {}  # of the meetings that somebody is in
        self._settling: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._notes: asyncio.Queue[Awaitable[None]] = asyncio.Queue()
        self._reports: dict[str, control.Recorded] = {}
        self.figures: dict[Path, dict[str, int]] = {}

    async def start(self) -> None:
        """Reach for every worker, now and whenever one comes back."""
        self._begin(self._write_notes())
        self._begin(self._tend())
        for link in self._links.values():
            self._begin(link.keep())

    async def stop(self) -> None:
        """Let go of the workers; their rooms go on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self._links.values():
            await link.close()

    @property
    def is_up(self) -> bool:
        """Tell whether every worker answers."""
        return all(link.answers for link in self._links.values())

    def count(self) -> None:
        """Ask every worker for its figures; they come into :attr:`figures`."""
        for link in self._links.values():
            link.send(control.Count())

    def close(self, meeting_id: MeetingId) -> None:
        """End the room at once; the job that follows the transaction makes sure of it."""
        for link in self._links.values():
            link.send(control.Close(meeting=meeting_id))

    def seat(
        self, seat: Seat, *, tell: Callable[[wire.News], None], hang_up: Callable[[], None]
    ) -> Session:
        """Put a person's page into the room, in place of a page they had open before."""
        session = Session(seat, tell, hang_up, self.tokens.make(seat))
        before = self._sessions.get(session.key)
        self._sessions[session.key] = session
        if before is not None:
            before.tell(wire.Replaced())
            before.hang_up()
        self._learn(seat)
        self._sit(session)
        return session

    def ask(self, session: Session, deed: wire.Deed) -> None:
        """Pass on what a page asks for."""
        meeting, participant = session.key
        asked = control.Asked(meeting=meeting, participant=participant, deed=deed)
        self._send(meeting, asked)

    def leave(self, session: Session) -> None:
        """Take a person out who wants to go."""
        meeting, participant = session.key
        self._send(meeting, control.Left(meeting=meeting, participant=participant))
        self._forget(session)

    def remove(self, meeting_id: MeetingId, participant: str) -> None:
        """Take somebody out at once; the job that follows the transaction makes sure of it."""
        left = control.Left(meeting=meeting_id, participant=participant, removed=True)
        self._send(meeting_id, left)

    def place(self, meeting_id: MeetingId, doors: Doors) -> None:
        """Put everybody where the books have them."""
        members = list(doors.members)
        placed = control.Placed(
            meeting=meeting_id, paused=doors.paused, aside=doors.aside, members=members
        )
        self._send(meeting_id, placed)

    def doubt(self, session: Session, deed: wire.Companion | wire.CompanionNow) -> None:
        """Have nothing recorded while it is noted that somebody does not agree."""
        meeting = session.seat.meeting_id
        if isinstance(deed, wire.CompanionNow):
            doubted = control.Doubted(meeting=meeting, companion=deed.companion)
        else:
            doubted = control.Doubted(
                meeting=meeting, participant=deed.participant, name=deed.name, how=deed.how
            )
        self._send(meeting, doubted)

    def accompany(self, session: Session, company: Company) -> None:
        """Tell the room who is at somebody's device now."""
        meeting = session.seat.meeting_id
        host = self._sessions.get((meeting, company.participant))
        if host is not None:
            host.seat = replace(host.seat, company=company.people)
        accompanied = control.Accompanied(
            meeting=meeting, participant=company.participant, people=told(company.people)
        )
        self._send(meeting, accompanied)

    def go_on_recording(self, session: Session) -> None:
        """Have recorded what the mediator wants recorded where they sit now.

        A worker that died in a pause has forgotten it; to one that has not, it is nothing new.
        """
        self._note(self._see_to(session))  # behind what was heard of their wish before

    def lose(self, session: Session) -> None:
        """Note that a page's connection broke; the worker waits for it to come back."""
        if self._sessions.get(session.key) is session:
            meeting, participant = session.key
            self._send(meeting, control.Lost(meeting=meeting, participant=participant))
            self._forget(session)

    def _link(self, meeting: str) -> Link | None:
        """Find the line to the worker that has the room, if one has it."""
        place = self._places.get(meeting)
        return self._links.get(place.worker) if place is not None else None

    def _send(self, meeting: str, message: FromWeb) -> None:
        link = self._link(meeting)
        if link is not None:
            link.send(message)

    def _forget(self, session: Session) -> None:
        """Have nothing more to do with a page, nor with a room without pages."""
        self._sessions.pop(session.key, None)
        if not self._people_of(session.seat.meeting_id):
            self._places.pop(session.seat.meeting_id, None)

    def _people_of(self, meeting: str) -> list[Session]:
        return [one for one in self._sessions.values() if one.seat.meeting_id == meeting]

    def _learn(self, seat: Seat) -> None:
        """Follow a room that was moved by another web process, or before this one began."""
        meeting, known = seat.meeting_id, self._places.get(seat.meeting_id, NOWHERE)
        if seat.place.epoch > known.epoch:
            self._places[meeting] = seat.place
            for session in self._people_of(meeting) if known.epoch else ():
                self._note(self._seat_again(session))

    def _sit(self, session: Session) -> None:
        """Seat a person in the worker that has their room; without one, find it a worker."""
        meeting = session.seat.meeting_id
        link = self._link(meeting)
        if link is None:
            self._settle_soon(meeting)
        elif link.is_up:
            self._give_seat(session)
            self._note(self._see_to(session))

    def _give_seat(self, session: Session) -> None:
        meeting = session.seat.meeting_id
        self._send(meeting, self._seated(session.seat))

    def _seated(self, seat: Seat) -> control.Seated:
        return control.Seated(
            meeting=seat.meeting_id,
            participant=seat.participant,
            name=seat.name,
            role=seat.role.value,
            consented=seat.consented,
            waiting=seat.waiting,
            acknowledged=seat.acknowledged,
            identified=seat.identified,
            muted=seat.muted,
            where=seat.where.value,
            aside=seat.aside,
            epoch=self._places.get(seat.meeting_id, NOWHERE).epoch,
            codec=self._codec,
            company=told(seat.company),
        )

    async def _tend(self) -> None:
        """Find another worker for each room whose own is gone."""
        while True:
            await asyncio.sleep(BEAT)
            for meeting in {one.seat.meeting_id for one in self._sessions.values()}:
                link = self._link(meeting)
                if link is None or link.is_gone(_MOVE_AFTER):
                    self._settle_soon(meeting)

    def _settle_soon(self, meeting: MeetingId) -> None:
        living = [link.name for link in self._links.values() if link.answers]
        if living and meeting not in self._settling:
            self._settling.add(meeting)
            self._begin(self._settle(meeting, choose(meeting, living)))

    async def _settle(self, meeting: MeetingId, worker: str) -> None:
        """Give a room to a worker; if another web process did so first, go where it is."""
        before = self._places.get(meeting, NOWHERE)
        try:
            place = await self._gate.settle(meeting, before=before, worker=worker)
        except Exception:  # noqa: BLE001 (the edge of the loop: it is tried again in a moment)
            _log.exception("room-not-settled", meeting=meeting)
            return
        finally:
            self._settling.discard(meeting)
        if not (people := self._people_of(meeting)):
            return
        self._places[meeting] = place
        for link in self._links.values():
            if link.name != place.worker:
                link.send(control.Moved(meeting=meeting, epoch=place.epoch))
        for session in people:
            if before is NOWHERE:
                self._sit(session)
            else:
                self._note(self._seat_again(session))

    def _lose(self, link: Link) -> None:
        """Tell everybody whose room is gone that it is being brought back."""
        for session in self._sessions.values():
            if self._link(session.seat.meeting_id) is link:
                session.tell(wire.Interrupted())
        self.trying.lose(link)

    def _hear(self, link: Link, message: FromWorker) -> None:
        if isinstance(message, OfRoom) and self._is_elsewhere(message.meeting, link):
            return
        match message:
            case control.Alive():
                self._greet(link)
            case control.Admitted():
                self._admit(message)
            case control.Tell():
                session = self._sessions.get((message.meeting, message.participant))
                if session is not None:
                    self._tell(session, message.news)
            case control.TryTold():
                self.trying.hear(link, message)
            case _:
                self._note_down(link, message)

    def _is_elsewhere(self, meeting: str, link: Link) -> bool:
        """Tell whether a worker speaks of a room that it does not know it has lost."""
        return self._link(meeting) not in (None, link)

    def _note_down(self, link: Link, message: FromWorker) -> None:
        match message:
            case control.Gone():
                self._note(self._gate.left(MeetingId(message.meeting), message.participant))
            case control.RecordingTurned():
                self._turn(message)
            case control.Recorded():
                self._take_report(link, message)
            case control.Counted():
                self.figures[link.path] = message.figures

    def _greet(self, link: Link) -> None:
        """Seat everybody again: a worker that lived on adopts them, a new one starts over."""
        link.send(control.Hello())
        for meeting, place in self._places.items():
            if place.worker != link.name:
                link.send(control.Moved(meeting=meeting, epoch=place.epoch))
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
            self._forget(session)
            session.hang_up()
            self._note(self._gate.left(session.seat.meeting_id, session.seat.participant))

    async def _seat_again(self, session: Session) -> None:
        """Seat somebody as the books have them now: they may have been muted meanwhile."""
        seat = session.seat
        try:
            with contextlib.suppress(Refused, NotFound):  # who is sent away is told so, seated
                seat = await self._gate.resume(seat.meeting_id, seat.participant, seat.session)
        except Exception:
            self._begin(self._try_again(session))
            seat = replace(seat, consented=False)  # nobody knows what was said meanwhile
            raise
        finally:
            if self._sessions.get(session.key) is session:
                session.seat = seat
                self._learn(seat)
                self._give_seat(session)
        await self._see_to(session)

    async def _try_again(self, session: Session) -> None:
        """Seat somebody anew a moment later: the books could not be read."""
        await asyncio.sleep(_AGAIN_AFTER)
        if self._sessions.get(session.key) is session:
            self._note(self._seat_again(session))

    async def _see_to(self, session: Session) -> None:
        """Ask the centre again whether this seat is theirs; send away whose it is not.

        The centre may have decided so between its yes at the door and the taking of the seat.
        It also knows whether they want it recorded, which a dead worker has forgotten.
        """
        seat = session.seat
        try:
            seat = await self._gate.resume(seat.meeting_id, seat.participant, seat.session)
        except (Refused, NotFound):
            self._send_away(session)
            return
        self._learn(seat)
        if seat.said != session.seat.said:
            session.seat = seat
            self._give_seat(session)
        self._ask_to_record(session, seat)
        if seat.role is SeatRole.MEDIATOR:
            session.tell(doors_told(await self._gate.doors(seat)))

    def _ask_to_record(self, session: Session, seat: Seat) -> None:
        if seat.records:
            self.ask(session, wire.Record())

    def _send_away(self, session: Session) -> None:
        if self._sessions.get(session.key) is session:
            self.remove(session.seat.meeting_id, session.seat.participant)

    def _turn(self, message: control.RecordingTurned) -> None:
        meeting_id = MeetingId(message.meeting)
        told = self._gate.recording(
            meeting_id, on=message.on, wanted=message.wanted, by=message.by, aside=message.aside
        )
        self._note(told)

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
                source=Source(recorded.source),
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
    return wire.Doors(locked=doors.locked, begun=doors.begun, removed=removed)
