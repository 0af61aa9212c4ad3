"""The packets of each journal as frames on the film's clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from webrtc.journal import NANOSECONDS, Kind, Record
from webrtc.rtp import CLOCKS
from webrtc.webm import Frame, Line

_KINDS = {Kind.AUDIO: "audio", Kind.VIDEO: "video"}
_MARKS = {Kind.AUDIO_MARK: "audio", Kind.VIDEO_MARK: "video"}


@dataclass(frozen=True, slots=True)
class Timed:
    """A frame, and the second of the part at which it is to be seen or heard."""

    at: float
    frame: Frame


@dataclass(slots=True)
class Source:
    """One journal's packets around a part."""

    lines: dict[str, Line] = field(default_factory=lambda: {kind: Line(kind) for kind in CLOCKS})
    frames: list[Frame] = field(default_factory=list)

    def take(self, record: Record) -> None:
        """Take the next record of the journal."""
        if record.kind in _MARKS:
            self.lines[_MARKS[record.kind]].mark(record.data)
        elif record.kind in _KINDS:
            line = self.lines[_KINDS[record.kind]]
            self.frames += line.take(record.data, record.arrival / NANOSECONDS)

    def timed(self, begin: float) -> list[Timed]:
        """Give the frames in their order; ``begin`` is the centre's time at the part's beginning.

        Sound and picture lie as on the publisher's clock, and that clock lies so that nothing
        came before it was sent: the frame that was fastest on its way sets it to the centre's.
        """
        for line in self.lines.values():
            self.frames += line.drain(float("inf"))
        heard = {frame.kind for frame in self.frames}
        marked = all(self.lines[kind].has_mark for kind in heard)
        told = [(self._time(frame, marked=marked), frame) for frame in self.frames]
        away = min((frame.arrival - at for at, frame in told), default=0.0)
        return sorted((Timed(at + away - begin, frame) for at, frame in told), key=_moment)

    def _time(self, frame: Frame, *, marked: bool) -> float:
        line = self.lines[frame.kind]
        return line.by_mark(frame.timestamp) if marked else line.by_arrival(frame)


def sources(records: Iterable[tuple[int, Record]], journals: int) -> list[Source]:
    """Sort the records by journal."""
    found = [Source() for _ in range(journals)]
    for journal, record in records:
        found[journal].take(record)
    return found


def _moment(one: Timed) -> float:
    return one.at
