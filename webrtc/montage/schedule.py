"""Which minute of the film shows which minute of the meeting; long pauses are made short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.ports.rooms import Source
from webrtc.journal import NANOSECONDS
from webrtc.montage.turns import FRAME

PART = 60_000  #: ms
LONGEST_PAUSE = 60 * NANOSECONDS  #: that is shown as long as it was
PAUSE_SHOWN = 10_000  #: ms for every longer one
_MS = NANOSECONDS // 1000

Span = tuple[int, int]  #: from when to when, in ns of the centre's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What one journal covers."""

    participant: str
    begin: int
    end: int
    ended: str  #: why; empty after a crash
    source: Source = Source.CAMERA
    lost: tuple[Span, ...] = ()  #: the recorder was too far behind to take anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of film that is made at once."""

    number: int
    begin: int  #: ms of the film
    length: int  #: ms
    centre: int  #: ns of the centre's clock at its beginning
    until: int  #: and at its end
    pause: bool = False  #: nobody was recorded, for longer than it lasts


def schedule(stretches: Sequence[Stretch], part: int = PART) -> tuple[Part, ...]:
    """Cut the film into parts."""
    parts: list[Part] = []
    film, before = 0, 0
    for begin, end in _recorded(stretches):
        if parts:
            parts.append(_pause(len(parts) + 1, film, (before, begin)))
            film += PAUSE_SHOWN
        length = -(-(end - begin) // (FRAME * _MS)) * FRAME
        for at in range(0, length, part):
            much, centre = min(part, length - at), begin + at * _MS
            parts.append(
                Part(
                    number=len(parts) + 1,
                    begin=film + at,
                    length=much,
                    centre=centre,
                    until=centre + much * _MS,
                )
            )
        film, before = film + length, end
    return tuple(parts)


def film_time(part: Part, centre: int) -> float:
    """Give the second of the film that shows this moment."""
    return part.begin / 1000 + (centre - part.centre) / NANOSECONDS


def without(stretches: Sequence[Stretch], within: Span) -> Iterator[tuple[int, int, str | None]]:
    """Tell where none of one person's stretches is, and why the one before ended."""
    at, why = within[0], None
    for one in sorted(stretches, key=lambda stretch: stretch.begin):
        if one.begin > at:
            yield at, min(one.begin, within[1]), why
        at, why = max(at, one.end), one.ended
        if at >= within[1]:
            return
    yield at, within[1], why


def _recorded(stretches: Sequence[Stretch]) -> Iterator[Span]:
    """Give the times in which somebody was recorded; short pauses are among them."""
    spans = sorted((one.begin, one.end) for one in stretches if one.end > one.begin)
    if not spans:
        return
    begin, end = spans[0]
    for one in spans[1:]:
        if one[0] - end > LONGEST_PAUSE:
            yield begin, end
            begin, end = one
        end = max(end, one[1])
    yield begin, end


def _pause(number: int, film: int, span: Span) -> Part:
    return Part(
        number=number,
        begin=film,
        length=PAUSE_SHOWN,
        centre=span[0],
        until=span[1],
        pause=True,
    )
