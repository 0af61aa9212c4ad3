"""The host of a worker's rooms: what web asks for is done here, what happens is told back."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from domain.errors import BadInput, DomainError, NotAllowed
from domain.ids import MeetingId
from domain.ports.rooms import Seat, SeatRole
from webrtc import control, wire
from webrtc.control import FromWeb, FromWorker, Line
from webrtc.participant import Participant
from webrtc.peer import Publisher
from webrtc.port import MediaPort
from webrtc.recorder_process import RecorderProcess
from webrtc.recording import RecordingDesk
from webrtc.rooms import Room
from webrtc.shelf import Shelf

_log = structlog.get_logger()
_TICK, _SWEEP = 0.02, 1.0  # seconds: feedback and recorder pipe; dead peers
_MEDIATOR_ONLY = (wire.Record, wire.Stop)


@dataclasses.dataclass(slots=True)
class Hosted:
    """A room, its recording desk, its people, and the web process that speaks for them."""

    room: Room
    desk: RecordingDesk
    people: dict[str, Participant] = dataclasses.field(default_factory=dict)


class Host:
    """All rooms of a worker."""

    def __init__(self, port: MediaPort, recorder: RecorderProcess, shelf: Shelf) -> None:
        self._port = port
        self._recorder = recorder
        self._shelf = shelf
        self._life = secrets.token_hex(8)
        self._rooms: dict[str, Hosted] = {}
        self._lines: list[Line] = []  # the newest last
        self._unkept: dict[str, control.Recorded] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        recorder.on_change = self._recorder_changed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Listen to one web process until it hangs up."""
        line = Line(reader, writer)
        self._lines.append(line)
        line.write(control.Alive(life=self._life))
        for segment in self._unkept.values():
            line.write(segment)
        try:
            while message := await line.read():
                self._act(line, control.from_web(message))
        except BadInput as reason:
            _log.warning("control-refused", why=str(reason))
        finally:
            self._lines.remove(line)
            self._lose_pages(line)
            await line.close()

    async def run(self) -> None:
        """Keep time for all rooms."""
        self._begin(self.recover())
        sweep_at = time.monotonic() + _SWEEP
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            for hosted in self._rooms.values():
                for person in hosted.people.values():
                    person.tick(now)
            self._recorder.flush()
            if now >= sweep_at:
                sweep_at = now + _SWEEP
                self._sweep(now)

    async def recover(self) -> None:
        """Mend what a dead recorder left behind and tell what was saved."""
        for path in await asyncio.to_thread(self._shelf.unkept):
            segment = await asyncio.to_thread(self._shelf.recover, path)
            if segment is not None:
                self.recorded(segment)

    async def close(self) -> None:
        """End every room, the recording first."""
        for hosted in self._rooms.values():
            hosted.desk.stop("interrupted")
        people = [person for hosted in self._rooms.values() for person in hosted.people.values()]
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(person.drop_media() for person in people), return_exceptions=True)

    def recorded(self, segment: control.Recorded) -> None:
        """Tell how far a segment is on disk, until the centre has it in its books."""
        self._unkept[segment.journal] = segment
        self._tell_one(segment)

    def turned(self, room: Room, *, on: bool, by: str) -> None:
        """Tell that recording began or stopped."""
        self._tell_one(control.RecordingTurned(meeting=room.meeting_id, on=on, by=by))

    def changed(self, room: Room) -> None:
        """Show everybody who is here and whether they are being recorded."""
        hosted = self._rooms.get(room.meeting_id)
        if hosted is not None:
            roster = _roster(hosted)
            for person in hosted.people.values():
                person.tell(roster)

    def _act(self, line: Line, message: FromWeb) -> None:
        match message:
            case control.Seated():
                self._seat(line, message)
            case control.Asked():
                self._ask(message)
            case control.Lost():
                self._lose_page(message)
            case control.Left():
                self._leave(message)
            case control.Close():
                self._close(message.meeting)
            case control.Kept():
                self._unkept.pop(message.journal, None)
                self._shelf.keep(message.journal)
            case control.Count():
                line.write(control.Counted(figures=self._figures()))

    def _seat(self, line: Line, message: control.Seated) -> None:
        seat = Seat(
            meeting_id=MeetingId(message.meeting),
            participant=message.participant,
            name=message.name,
            role=SeatRole(message.role),
            consented=message.consented,
        )
        hosted = self._rooms.get(message.meeting) or self._open(seat.meeting_id)
        tell = _Page(line, message.meeting, message.participant)
        person = hosted.people.get(seat.participant)
        if person is None:
            person = Participant(seat, tell)
            hosted.people[seat.participant] = person
            hosted.room.join(person)
        else:
            person.find_page(tell)
            person.seat = seat
        line.write(
            control.Admitted(
                meeting=message.meeting, participant=seat.participant, fresh=not person.has_media
            )
        )
        self._review(hosted)

    def _open(self, meeting_id: MeetingId) -> Hosted:
        room = Room(meeting_id)
        hosted = Hosted(room, RecordingDesk(room, self._recorder, self._shelf, self))
        self._rooms[meeting_id] = hosted
        return hosted

    def _ask(self, message: control.Asked) -> None:
        hosted = self._rooms.get(message.meeting)
        person = hosted.people.get(message.participant) if hosted else None
        if hosted is not None and person is not None:
            self._begin(self._do(hosted, person, message.deed))

    async def _do(self, hosted: Hosted, person: Participant, deed: wire.Deed) -> None:
        async with person.turn:
            try:
                if isinstance(deed, _MEDIATOR_ONLY) and person.seat.role is not SeatRole.MEDIATOR:
                    raise NotAllowed("only the mediator")
                if isinstance(deed, wire.Publish | wire.Answer | wire.Restart):
                    await self._negotiate(hosted, person, deed)
                else:
                    self._order(hosted, person, deed)
            except DomainError as reason:
                _log.info("deed-refused", deed=deed.type, code=reason.code, why=str(reason))
                person.tell(wire.Problem(code=reason.code))

    async def _negotiate(
        self,
        hosted: Hosted,
        person: Participant,
        deed: wire.Publish | wire.Answer | wire.Restart,
    ) -> None:
        match deed:
            case wire.Publish():
                await self._publish(hosted, person, deed.sdp)
            case wire.Answer():
                person.take_answer(deed.number, deed.sdp)
            case wire.Restart():
                person.tell(wire.Published(sdp=await person.restart(deed.sdp)))

    async def _publish(self, hosted: Hosted, person: Participant, offer: str) -> None:
        publisher = Publisher()
        try:
            answer = await publisher.answer(person.name, offer)
        except BadInput:
            await publisher.close()
            raise
        hosted.room.unpublish(person.name)
        await person.drop_media()
        if hosted.people.get(person.name) is not person:  # left meanwhile
            await publisher.close()
            return
        person.begin(publisher)
        person.tell(wire.Published(sdp=answer))
        hosted.room.join(person)
        hosted.room.publish(person.name, person.streams)

    def _order(self, hosted: Hosted, person: Participant, deed: wire.Deed) -> None:
        match deed:
            case wire.Record():
                hosted.desk.start(person.name)
            case wire.Stop():
                hosted.desk.stop()
            case wire.Consent():
                self._consent(hosted, person, given=True)
            case wire.Withdraw():
                self._consent(hosted, person, given=False)
            case wire.Chat():
                said = wire.Said(participant=person.name, name=person.seat.name, text=deed.text)
                for other in hosted.people.values():
                    other.tell(said)

    def _consent(self, hosted: Hosted, person: Participant, *, given: bool) -> None:
        person.seat = dataclasses.replace(person.seat, consented=given)
        if not given and hosted.desk.state != "off":
            hosted.desk.stop("withdrawn")
        self._review(hosted)

    def _review(self, hosted: Hosted) -> None:
        hosted.desk.review()
        self.changed(hosted.room)

    def _lose_page(self, message: control.Lost) -> None:
        hosted = self._rooms.get(message.meeting)
        person = hosted.people.get(message.participant) if hosted else None
        if hosted is not None and person is not None:
            person.lose_page()
            self.changed(hosted.room)

    def _lose_pages(self, line: Line) -> None:
        """A web process died: its pages come back through another one, or through its successor."""
        for hosted in self._rooms.values():
            for person in hosted.people.values():
                if isinstance(person.tell, _Page) and person.tell.line is line:
                    person.lose_page()
            self.changed(hosted.room)

    def _leave(self, message: control.Left) -> None:
        hosted = self._rooms.get(message.meeting)
        if hosted is not None:
            news = wire.Removed() if message.removed else None
            self._let_go(hosted, message.participant, news)
            self._close_if_empty(hosted)

    def _let_go(self, hosted: Hosted, name: str, news: wire.News | None) -> None:
        """Stop a person's media, then tell them, then the others."""
        person = hosted.people.pop(name, None)
        if person is None:
            return
        hosted.room.leave(name)
        self._begin(person.drop_media())
        if news is not None:
            person.tell(news)
        self._review(hosted)

    def _close(self, meeting: str) -> None:
        hosted = self._rooms.get(meeting)
        if hosted is not None:
            hosted.desk.stop()
            for name in list(hosted.people):
                self._let_go(hosted, name, wire.Ended())
            self._close_if_empty(hosted)

    def _close_if_empty(self, hosted: Hosted) -> None:
        if not hosted.people:
            hosted.desk.stop()
            self._rooms.pop(hosted.room.meeting_id, None)

    def _sweep(self, now: float) -> None:
        for hosted in list(self._rooms.values()):
            for name, person in list(hosted.people.items()):
                if person.is_gone(now):
                    self._let_go(hosted, name, None)
                    self._tell_one(control.Gone(meeting=hosted.room.meeting_id, participant=name))
                elif person.is_dead(now):
                    hosted.room.unpublish(name)
                    self._begin(person.drop_media())
                    person.tell(wire.StartOver())
            self._close_if_empty(hosted)

    def _recorder_changed(self) -> None:
        for hosted in self._rooms.values():
            hosted.desk.review()
        if self._recorder.runs:
            self._begin(self.recover())

    def _tell_one(self, message: FromWorker) -> None:
        if self._lines:
            self._lines[-1].write(message)

    def _figures(self) -> dict[str, int]:
        people = [person for hosted in self._rooms.values() for person in hosted.people.values()]
        streams = [stream for person in people for stream in person.streams]
        return {
            "rooms": len(self._rooms),
            "people": len(people),
            "packets_in": sum(stream.received for stream in streams),
            "recovered": sum(stream.recovered for stream in streams),
            "udp_port": self._port.number,
            "recorder_pid": self._recorder.pid or 0,
            "recorder_dropped": self._recorder.dropped,
            **{f"dropped_{reason}": count for reason, count in self._port.drops.items()},
        }

    def _begin(self, deed: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(deed)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("deed-failed", exc_info=task.exception())


@dataclasses.dataclass(frozen=True, slots=True)
class _Page:
    """The way to one person's page, through the web process that has its socket."""

    line: Line
    meeting: str
    participant: str

    def __call__(self, news: wire.News) -> None:
        self.line.write(control.Tell(meeting=self.meeting, participant=self.participant, news=news))


def _roster(hosted: Hosted) -> wire.Roster:
    people = [
        wire.Person(
            participant=person.name,
            name=person.seat.name,
            role=person.seat.role.value,
            consented=person.seat.consented,
            connected=person.connected,
        )
        for person in hosted.people.values()
    ]
    return wire.Roster(people=people, recording=hosted.desk.state, reason=hosted.desk.reason)
