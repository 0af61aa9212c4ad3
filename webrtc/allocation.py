"""Which layer of each picture a line can carry: sound first, then a small picture of everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

NONE = -1  #: no layer: the picture is not sent
BEST = 9  #: the best layer there is
SOUND = 45_000  #: bits per second of one voice with its headers


def allocate(budget: float, pictures: Sequence[tuple[float, ...]]) -> tuple[int, ...]:
    """Give the level of each picture, the most important first, within so many bits per second.

    Each picture is the rates of its layers from low to high; 0 for one that nobody sends now.
    More is never less: with more bits no picture gets worse.  One whose rate is not known yet is
    sent as it comes.
    """
    levels = [NONE if any(rates) else BEST for rates in pictures]
    spent = 0.0
    for picture, level, more in _steps(pictures):
        spent += more
        if spent > budget:
            break
        levels[picture] = level
    return tuple(levels)


def _steps(pictures: Sequence[tuple[float, ...]]) -> Iterator[tuple[int, int, float]]:
    """Go up by one layer of each picture in turn; tell what that costs more than the one before."""
    ladders = [[(level, rate) for level, rate in enumerate(r) if rate > 0] for r in pictures]
    for rung in range(max(map(len, ladders), default=0)):
        for picture, ladder in enumerate(ladders):
            if rung < len(ladder):
                level, rate = ladder[rung]
                before = ladder[rung - 1][1] if rung else 0.0
                yield picture, level, max(0.0, rate - before)
