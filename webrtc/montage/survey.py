"""What the journals of a recording cover, and their packets in the order of arrival."""

from __future__ import annotations

import heapq
from asyncio import AbstractEventLoop, run_coroutine_threadsafe
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol, cast

from domain.errors import NotFound, Unavailable
from webrtc.journal import NANOSECONDS, Kind, NotAJournal, Reader, Record
from webrtc.montage.packing import packed_record
from webrtc.montage.schedule import Span, Stretch

BEFORE = 15 * NANOSECONDS  #: a whole picture is asked for every ten seconds
AFTER = 2 * NANOSECONDS  #: packets that were lost on the way come again
_PIECE = 1 << 20
_MEDIA = {Kind.AUDIO, Kind.VIDEO}
_MARKS = {Kind.AUDIO_MARK, Kind.VIDEO_MARK}


class Place(Protocol):
    """Where journals lie, as they were written."""

    async def part(self, key: str, *, start: int, length: int) -> bytes:
        """Return that many bytes from ``start``, fewer at the end."""
        ...

    async def size(self, key: str) -> int:
        """Return how many bytes there are."""
        ...

    async def drop(self, key: str) -> None:
        """Delete them."""
        ...


class FileElsewhere:
    """A file that a thread reads from its beginning while the loop fetches it."""

    def __init__(self, place: Place, key: str, loop: AbstractEventLoop) -> None:
        self._place, self._key, self._loop = place, key, loop
        self._held, self._at, self._told = b"", 0, 0
        self._size = run_coroutine_threadsafe(place.size(key), loop).result()

    def read(self, length: int) -> bytes:
        """Return that many bytes, fewer at the end."""
        while len(self._held) - self._at < length and self._told < self._size:
            self._fetch(length)
        found = self._held[self._at : self._at + length]
        self._at += len(found)
        return found

    def tell(self) -> int:
        """Say how much was read."""
        return self._told - len(self._held) + self._at

    def _fetch(self, length: int) -> None:
        much = min(max(_PIECE, length), self._size - self._told)
        part = self._place.part(self._key, start=self._told, length=much)
        fetched = run_coroutine_threadsafe(part, self._loop).result()
        if not fetched:
            raise Unavailable(f"{self._key} became shorter")
        self._held = self._held[self._at :] + fetched
        self._told, self._at = self._told + len(fetched), 0


class Journals:
    """The journals of one recording, read as often as needed."""

    def __init__(
        self, place: Place, key: bytes | None, names: Sequence[str], loop: AbstractEventLoop
    ) -> None:
        self._place, self._key, self._names, self._loop = place, key, names, loop

    def __len__(self) -> int:
        return len(self._names)

    def reader(self, number: int) -> Reader:
        """Open one of them; raises NotAJournal if damaged, Unavailable while it is not there."""
        try:
            file = FileElsewhere(self._place, self._names[number], self._loop)
        except NotFound as missing:
            raise Unavailable(self._names[number]) from missing
        return Reader(cast("BinaryIO", file), self._key)

    def stretch(self, number: int) -> Stretch:
        """Say what one of them covers."""
        reader = self.reader(number)
        last, ended, behind = 0, "", 0
        lost: list[Span] = []
        for record in reader.records():
            if record.kind is Kind.CLOSED:
                ended = record.data.decode(errors="replace")
            elif record.kind is Kind.DROPPED:
                behind = behind or last or reader.about.started
            elif record.kind in _MEDIA:
                if behind:
                    lost.append((behind, record.arrival))
                behind, last = 0, max(last, record.arrival)
        about = reader.about
        begin = about.started
        return Stretch(
            participant=about.participant,
            begin=begin,
            end=max(begin, last),
            ended=ended,
            source=about.source,
            lost=tuple(lost),
        )


class Feed:
    """The packets of all journals, window after window; what is behind is let go."""

    def __init__(self, journals: Journals) -> None:
        self._coming = heapq.merge(
            *(_numbered(number, journals) for number in range(len(journals))), key=_arrival
        )
        self._next: tuple[int, Record] | None = next(self._coming, None)
        self._held: deque[tuple[int, Record]] = deque()
        self._marks: dict[tuple[int, Kind], Record] = {}

    def window(self, span: Span) -> bytes:
        """Pack what came around this time, after the publishers' last clock marks before it."""
        begin, end = span[0] - BEFORE, span[1] + AFTER
        self._pull(begin, end)
        while self._held and self._held[0][1].arrival < begin:
            self._let_go(*self._held.popleft())
        marks = [(number, record) for (number, _), record in self._marks.items()]
        return b"".join(packed_record(*one) for one in (*marks, *self._held))

    def _pull(self, begin: int, end: int) -> None:
        while self._next is not None and self._next[1].arrival <= end:
            if self._next[1].arrival < begin:
                self._let_go(*self._next)
            else:
                self._held.append(self._next)
            self._next = next(self._coming, None)

    def _let_go(self, number: int, record: Record) -> None:
        if record.kind in _MARKS:
            self._marks[number, record.kind] = record


def _numbered(number: int, journals: Journals) -> Iterator[tuple[int, Record]]:
    try:
        reader = journals.reader(number)
    except NotAJournal:  # whose place says that nothing was recorded
        return
    for record in reader.records():
        if record.kind in _MEDIA or record.kind in _MARKS:
            yield number, record


def _arrival(one: tuple[int, Record]) -> int:
    return one[1].arrival
