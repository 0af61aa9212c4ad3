"""The rooms within a meeting: the table of everybody, and the talks of the mediator with one side.

Who hears whom is only a question of who is a member of which room; a recorder is a member of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from domain.ids import MeetingId
from domain.ports.outside import Clock
from domain.ports.rooms import Seat, Where
from webrtc.codecs import VP8, VideoCodec
from webrtc.control import Recorded
from webrtc.recording import Books, Process, RecordingDesk
from webrtc.rooms import Room
from webrtc.speaking import Speaking


@dataclass(frozen=True, slots=True)
class Table:
    """A room, the desk of its own recording, and who speaks in it."""

    room: Room
    desk: RecordingDesk
    speaking: Speaking = field(default_factory=Speaking)


class MeetingBooks(Books, Protocol):
    """Where it is noted what happened at the table, and what in a talk apart."""

    def turned_apart(self, aside: str, *, on: bool, wanted: bool, by: str) -> None:
        """Note that the recording of a talk apart began, stopped, is wanted or not any more."""
        ...


class Tables:
    """All rooms of one meeting."""

    def __init__(
        self,
        meeting_id: MeetingId,
        process: Process,
        clock: Clock,
        books: MeetingBooks,
        codec: VideoCodec = VP8,
    ) -> None:
        self._codec = codec
        self._process = process
        self._clock = clock
        self._books = books
        self.main = self._table(meeting_id, books)
        self._asides: dict[str, Table] = {}

    @property
    def all(self) -> tuple[Table, ...]:
        """The table of everybody, and every talk apart."""
        return (self.main, *self._asides.values())

    def of(self, seat: Seat) -> Table | None:
        """Give where somebody sits; who waits outside or has a pause sits nowhere."""
        if seat.waiting or seat.where is Where.PAUSED:
            return None
        if seat.where is Where.TABLE:
            return self.main
        if seat.aside not in self._asides:
            books = _Apart(self._books, seat.aside)
            self._asides[seat.aside] = self._table(MeetingId(seat.aside), books)
        return self._asides[seat.aside]

    def unpublish(self, seat: Seat) -> None:
        """Take what somebody sends out of the room where they sit."""
        if (table := self.of(seat)) is not None:
            table.room.unpublish(seat.participant)

    def end_asides(self, but: str) -> None:
        """End every talk apart but this one, its recording first."""
        for aside in [name for name in self._asides if name != but]:
            self._asides.pop(aside).desk.stop()

    def review(self) -> None:
        """Look at every recording again."""
        for table in self.all:
            table.desk.review()

    def _table(self, meeting_id: MeetingId, books: Books) -> Table:
        room = Room(meeting_id, self._codec)
        return Table(room, RecordingDesk(room, self._process, self._clock, books))


@dataclass(frozen=True, slots=True)
class _Apart:
    """The books of a talk apart: what is recorded is kept, and that it is goes to nobody else."""

    _books: MeetingBooks
    _aside: str

    def recorded(self, segment: Recorded) -> None:
        """Note how far a segment is on disk."""
        self._books.recorded(segment)

    def turned(self, *, on: bool, wanted: bool, by: str) -> None:
        """Note it where the other side does not read."""
        self._books.turned_apart(self._aside, on=on, wanted=wanted, by=by)

    def changed(self) -> None:
        """Note that the state of recording is another one."""
        self._books.changed()
