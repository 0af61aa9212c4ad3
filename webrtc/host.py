"""The host of a worker's rooms: what web asks for is done here, what happens is told back."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from domain.errors import BadInput, NotReady, Unavailable
from domain.ids import MeetingId
from domain.ports.outside import Clock
from domain.ports.rooms import Beside, Seat, SeatRole, Where
from webrtc import control, wire
from webrtc.codecs import CODECS
from webrtc.company import known
from webrtc.control import FromWeb, FromWorker, Line
from webrtc.hosted import HostedRoom
from webrtc.mending_process import MendingProcess
from webrtc.port import MediaPort
from webrtc.recorder_process import RecorderProcess
from webrtc.shelf import Shelf
from webrtc.trials import Trials

_log = structlog.get_logger()
_TICK, _IDLE, _SWEEP = 0.02, 0.2, 1.0  # seconds: feedback and pipe; no room; dead peers
_MEND = 2.0  # seconds after which a journal that could not be mended is tried again
_TRIES = 3  # of a journal of which its mender dies
_REMIND = 10.0  # seconds after which web is told again of a segment that it has not noted


class Host:
    """All rooms of a worker."""

    def __init__(
        self,
        port: MediaPort,
        recorder: RecorderProcess,
        shelf: Shelf,
        mender: MendingProcess,
        clock: Clock,
    ) -> None:
        self._port = port
        self._recorder = recorder
        self._shelf = shelf
        self._mender = mender
        self._clock = clock
        self._life = secrets.token_hex(8)
        self._rooms: dict[str, HostedRoom] = {}
        self._trials = Trials()
        self._lines: list[Line] = []  # the newest last
        self._unkept: dict[str, control.Recorded] = {}
        self._to_mend: dict[str, int] = {}  # journals, and how often somebody died of each
        self._unsure = False  # a crash may have left more
        self._look = asyncio.Event()  # there is something to mend
        self._mending: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        recorder.on_change = self._recorder_changed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Listen to one web process, or to one command of a job worker, until it hangs up."""
        line = Line(reader, writer)
        line.write(control.Alive(life=self._life))
        try:
            while message := await line.read():
                self._act(line, control.from_web(message))
        except BadInput as reason:
            _log.warning("control-refused", why=str(reason))
        finally:
            self._lines = [other for other in self._lines if other is not line]
            self._lose_pages(line)
            self._trials.lose(line)
            await line.close()

    async def run(self) -> None:
        """Keep time for all rooms."""
        self._mending = asyncio.create_task(self._mend_all())
        self._mending.add_done_callback(self._ended)
        self._look_everywhere()
        sweep_at = remind_at = time.monotonic()
        while True:
            await asyncio.sleep(_TICK if self._rooms or self._trials else _IDLE)
            now = time.monotonic()
            for hosted in self._rooms.values():
                hosted.tick(now)
            self._trials.tick(now)
            self._recorder.flush()
            if now >= sweep_at:
                sweep_at = now + _SWEEP
                self._sweep(now)
            if now >= remind_at:
                remind_at = now + _REMIND
                self._remind()

    async def close(self) -> None:
        """End every room, the recording first."""
        for task in self._tasks:
            task.cancel()
        rooms = (hosted.end() for hosted in self._rooms.values())
        await asyncio.gather(self._trials.close(), *rooms)

    def _act(self, line: Line, message: FromWeb) -> None:
        match message:
            case control.Hello():
                self._greet(line)
            case control.Seated():
                self._seat(line, message)
            case control.Kept():
                self._unkept.pop(message.journal, None)
                self._begin(asyncio.to_thread(self._shelf.keep, message.journal))
            case control.Beat() | control.Count():
                line.write(self._answer(message))
            case message if isinstance(message, control.OfTrial):
                self._trials.hear(line, message, time.monotonic())
            case _:
                hosted = self._rooms.get(message.meeting)
                if hosted is not None:
                    self._change(hosted, message)
                if isinstance(message, control.Left | control.Close):
                    line.write(control.Done(meeting=message.meeting))

    def _answer(self, asked: control.Beat | control.Count) -> FromWorker:
        return (
            asked if isinstance(asked, control.Beat) else control.Counted(figures=self._figures())
        )

    def _greet(self, line: Line) -> None:
        """Tell a web process from now on what happens, and what nobody has noted yet."""
        self._lines.append(line)
        for segment in self._unkept.values():
            line.write(segment)

    def _change(
        self,
        hosted: HostedRoom,
        message: control.Moved
        | control.Asked
        | control.Placed
        | control.Accompanied
        | control.Doubted
        | control.Lost
        | control.Left
        | control.Close,
    ) -> None:
        match message:
            case control.Moved():
                self._abandon(hosted, message.epoch)
            case control.Asked():
                hosted.ask(message.participant, message.deed)
            case control.Placed():
                hosted.place(paused=message.paused, aside=message.aside, members=message.members)
            case control.Accompanied() | control.Doubted():
                _accompany(hosted, message)
            case control.Lost():
                hosted.lose_page(message.participant)
            case control.Left():
                news = wire.Removed() if message.removed else None
                hosted.let_go(message.participant, news)
            case control.Close():
                hosted.close()
        self._close_if_empty(hosted)

    def _seat(self, line: Line, message: control.Seated) -> None:
        meeting, participant = message.meeting, message.participant
        hosted = self._rooms.get(meeting)
        if hosted is None:
            meeting_id = MeetingId(meeting)
            hosted = HostedRoom(
                meeting_id, self._recorder, self._clock, self._tell, CODECS[message.codec]
            )
            self._rooms[meeting] = hosted
        seat = Seat(
            meeting_id=hosted.meeting_id,
            participant=participant,
            name=message.name,
            role=SeatRole(message.role),
            consented=message.consented,
            waiting=message.waiting,
            acknowledged=message.acknowledged,
            identified=message.identified,
            muted=message.muted,
            where=Where(message.where),
            aside=message.aside,
            company=known(message.company),
        )
        hosted.epoch = max(hosted.epoch, message.epoch)
        person = hosted.seat(seat, _Page(line, meeting, participant))
        fresh = not person.has_media
        line.write(control.Admitted(meeting=meeting, participant=participant, fresh=fresh))
        hosted.review()

    def _abandon(self, hosted: HostedRoom, epoch: int) -> None:
        """Drop a room that another worker has now: its people are there, its recording goes on."""
        if hosted.epoch < epoch:
            del self._rooms[hosted.meeting_id]
            self._begin(hosted.end())

    def _lose_pages(self, line: Line) -> None:
        """A web process is gone: its pages come back through another, or through its successor."""
        for hosted in self._rooms.values():
            for name, person in hosted.people.items():
                if isinstance(person.tell, _Page) and person.tell.line is line:
                    hosted.lose_page(name)

    def _close_if_empty(self, hosted: HostedRoom) -> None:
        if not hosted.people:
            hosted.close()
            self._rooms.pop(hosted.meeting_id, None)

    def _sweep(self, now: float) -> None:
        for hosted in list(self._rooms.values()):
            hosted.sweep(now)
            self._close_if_empty(hosted)

    def _remind(self) -> None:
        for segment in self._unkept.values():
            if segment.closed:
                self._tell_one(segment)

    def _recorder_changed(self) -> None:
        for hosted in self._rooms.values():
            hosted.review()
        if self._recorder.runs:
            self._look_everywhere()

    def _look_everywhere(self) -> None:
        self._unsure = True
        self._look.set()

    async def _mend_all(self) -> None:
        """Make whole what is not written any more, films with it, and tell what was saved.

        A recorder that lost its worker may still write to the end; its journals are waited for.
        """
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), _MEND if self._to_mend else None)
            self._look.clear()
            if self._unsure:
                self._unsure = False
                for path in await asyncio.to_thread(self._shelf.unkept):
                    self._to_mend.setdefault(self._shelf.name_of(path), 0)
            await self._mend_each()

    async def mend_rest(self) -> None:
        """Make the films of what was being recorded until now; the one in the making goes on."""
        try:
            await self._mend_each()
        finally:
            if self._mending is not None:
                self._mending.cancel()

    async def _mend_each(self) -> None:
        for journal in list(self._to_mend):
            await self._mend(journal)

    async def _mend(self, journal: str) -> None:
        """Mend one journal, unless it has to be tried again."""
        try:
            report = await self._mender.mend(journal)
        except NotReady as reason:
            _log.info("journal-waited-for", journal=journal, why=str(reason))
            return
        except Unavailable as reason:
            self._to_mend[journal] += 1
            _log.warning("journal-not-mended", journal=journal, why=str(reason))
            if self._to_mend[journal] < _TRIES:
                return
            report = None
        self._to_mend.pop(journal, None)
        if report is not None:
            self._tell(control.Recorded(**dataclasses.asdict(report)))

    def _begin(self, deed: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(deed)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("deed-failed", exc_info=task.exception())

    def _tell(self, message: FromWorker) -> None:
        """Tell a web process; what is recorded is told until it is in the centre's books."""
        if isinstance(message, control.Recorded):
            self._unkept[message.journal] = message
            if not self._mender.is_ready:
                self._begin(self._mender.be_ready())
            if message.ended and not message.closed:  # nobody writes it any more
                self._to_mend.setdefault(message.journal, 0)
                self._look.set()
        self._tell_one(message)

    def _tell_one(self, message: FromWorker) -> None:
        if self._lines:
            self._lines[-1].write(message)

    def _figures(self) -> dict[str, int]:
        people = [person for hosted in self._rooms.values() for person in hosted.people.values()]
        streams = [stream for person in people for stream in person.streams]
        return {
            "rooms": len(self._rooms),
            "people": len(people),
            "trials": len(self._trials),
            "trials_begun": self._trials.begun,
            "trials_packets_in": self._trials.received,
            "packets_in": sum(stream.received for stream in streams),
            "recovered": sum(stream.recovered for stream in streams),
            "duplicates": sum(stream.duplicates for stream in streams),
            "resent": sum(person.resent for person in people),
            "worst_loss_permille": int(1000 * max((p.line[0] for p in people), default=0)),
            "worst_queue_ms": int(1000 * max((p.line[1] for p in people), default=0)),
            "udp_port": self._port.number,
            "recorder_pid": self._recorder.pid or 0,
            "recorder_dropped": self._recorder.dropped,
            **{f"dropped_{reason}": count for reason, count in self._port.drops.items()},
        }


@dataclasses.dataclass(frozen=True, slots=True)
class _Page:
    """The way to one person's page, through the web process that has its socket."""

    line: Line
    meeting: str
    participant: str

    def __call__(self, news: wire.News) -> None:
        tell = control.Tell(meeting=self.meeting, participant=self.participant, news=news)
        self.line.write(tell)


def _accompany(hosted: HostedRoom, message: control.Accompanied | control.Doubted) -> None:
    if isinstance(message, control.Accompanied):
        hosted.accompany(message.participant, known(message.people))
    elif message.companion:
        hosted.doubt_again(message.companion)
    else:
        new = Beside(id="", name=message.name, how=message.how, agreed=False)
        hosted.doubt(message.participant, new)
