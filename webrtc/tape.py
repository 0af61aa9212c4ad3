"""One participant's recording as the recorder's process writes it: segment after segment."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from domain.ports.rooms import Ended, Source
from webrtc.codecs import VP8, size_of_whole_picture
from webrtc.journal import NANOSECONDS, About, Journal, Kind, Record, Stored
from webrtc.pictures import Size
from webrtc.rtp import HEADER, newer
from webrtc.shelf import Report, Shelf

Told = Callable[[Report], None]

_AT_LEAST = 2 * NANOSECONDS  # between two changes: a phone that changes its mind stays in one film
_OVERTOOK = 64  # packets of a picture that may come before its first


class Segment:
    """A journal that is being written, and the size of its film."""

    def __init__(self, path: Path, about: About, key: bytes | None) -> None:
        """Raises :class:`DiskFailed`."""
        self.path, self.about = path, about
        self.size: Size | None = None  #: of the first whole picture
        self.journal = Journal(path, about, key)


class Tape:
    """All segments of one participant, from the moment the room gave them to the recorder.

    A film has one size, so a picture of another size begins a new segment.  The film itself is made
    when the segment has ended, by :mod:`webrtc.mending`.
    """

    def __init__(
        self,
        shelf: Shelf,
        key: bytes | None,
        whose: tuple[str, str],
        started: int,
        told: Told,
        source: Source = Source.CAMERA,
        codec: str = VP8.name,
    ) -> None:
        """``whose`` names meeting and participant.  Raises :class:`DiskFailed`."""
        self._shelf = shelf
        self._key = key
        self._whose = whose
        self._how = (source, codec)
        self._told = told
        self._marks: dict[Kind, Record] = {}
        self._recent: deque[Record] = deque(maxlen=_OVERTOOK)
        self._segment = self._open(started)

    def take(self, record: Record) -> None:
        """Take one record.  Raises :class:`DiskFailed`."""
        overtook: Sequence[Record] = ()
        kind = record.kind
        if kind is Kind.VIDEO:
            if size := size_of_whole_picture(record.data):
                overtook = self._look_at(size, record)
            self._recent.append(record)
        elif kind is Kind.AUDIO_MARK or kind is Kind.VIDEO_MARK:
            self._marks[kind] = record
        for one in (record, *overtook):  # a film begins with the first packet that it is given
            self._segment.journal.add(one)

    def store(self) -> None:
        """Put on disk what came since the last time, and tell.  Raises :class:`DiskFailed`."""
        self._tell(self._segment.journal.store())

    def close(self, at: int, ended: str) -> None:
        """End the recording, and tell.  Raises :class:`DiskFailed`."""
        self._tell(self._segment.journal.close(at, ended))

    def abandon(self) -> None:
        """Let go of a journal that the disk does not take."""
        self._segment.journal.abandon()

    def _look_at(self, size: Size, first: Record) -> Sequence[Record]:
        """Go on in a new segment if the film cannot go on with a picture of this size.

        Gives the packets of that picture which overtook its first one.
        """
        if not self._has_to_turn(size, first):
            self._segment.size = self._segment.size or size
            return ()
        self.close(first.arrival, Ended.SIZE)
        self._segment = self._open(first.arrival)
        self._segment.size = size
        for mark in self._marks.values():
            self._segment.journal.add(mark)
        begin = _sequence(first.data)
        return [one for one in self._recent if newer(_sequence(one.data), begin)]

    def _has_to_turn(self, size: Size, first: Record) -> bool:
        segment = self._segment
        lasted = first.arrival - segment.about.started
        return segment.size not in {None, size} and lasted >= _AT_LEAST

    def _open(self, started: int) -> Segment:
        path, about = self._shelf.next_segment(*self._whose, started, *self._how)
        return Segment(path, about, self._key)

    def _tell(self, stored: Stored | None) -> None:
        if stored is not None:
            segment = self._segment
            self._told(self._shelf.report(segment.path, segment.about, stored, closed=False))


def _sequence(packet: bytes) -> int:
    return int(HEADER.unpack_from(packet)[2])
