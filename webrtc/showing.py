"""What a subscriber is shown: of every picture the layer that their line carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webrtc.allocation import BEST, NONE, SOUND, allocate
from webrtc.engine.interface import Downlink, Stream

_EVERY = 0.5  # seconds
_HELD = 2.0  # seconds that a picture keeps its layer before it may get better; worse at once
_SPARE = 0.85  # of what the line carries must do for a picture to get better


@dataclass(slots=True)
class Shown:
    """One picture."""

    stream: Stream
    level: int
    since: float


class Showing:
    """The pictures on one way down."""

    def __init__(self) -> None:
        self.first = ""  #: who is shown before the others
        self._shown: list[Shown] = []
        self._next = 0.0

    @property
    def paused(self) -> tuple[str, ...]:
        """Whose picture is not sent, because the line is too thin."""
        return tuple(sorted({s.stream.participant for s in self._missing if not _is_screen(s)}))

    @property
    def misses_screen(self) -> bool:
        """Whether what somebody shows is not sent, because the line is too thin."""
        return any(map(_is_screen, self._missing))

    @property
    def _missing(self) -> list[Shown]:
        return [one for one in self._shown if one.level == NONE]

    def review(self, line: Downlink, streams: Sequence[Stream], now: float) -> None:
        """Look at the line again, now and then, and show every picture as it can be shown."""
        if now < self._next:
            return
        self._next = now + _EVERY
        pictures = [stream for stream in streams if stream.kind == "video"]
        pictures.sort(key=lambda one: (one.source != "screen", one.participant != self.first))
        self._shown = [self._of(stream, now) for stream in pictures]
        rates = [stream.rates for stream in pictures]
        sounds = SOUND * (len(streams) - len(pictures))
        most = allocate(line.estimate - sounds, rates)
        safe = allocate(line.estimate * _SPARE - sounds, rates)
        for one, high, low in zip(self._shown, most, safe, strict=True):
            self._move(line, one, most=high, safe=low, now=now)
        best = allocate(float("inf"), rates)
        if safe != best:
            line.explore(now)

    def _of(self, stream: Stream, now: float) -> Shown:
        before = [one for one in self._shown if one.stream is stream]
        return before[0] if before else Shown(stream, BEST, now)

    def _move(self, line: Downlink, one: Shown, *, most: int, safe: int, now: float) -> None:
        level = one.level
        if most < level:
            level = most
        elif safe > level and now - one.since >= _HELD:
            level = safe
        if level != one.level:
            one.level, one.since = level, now
            line.show(one.stream, level)


def _is_screen(one: Shown) -> bool:
    return one.stream.source == "screen"
