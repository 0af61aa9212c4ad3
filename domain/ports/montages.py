"""Who makes the film in which everybody is seen side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from domain.montages import Turn
from domain.ports.rooms import Segment

Told: TypeAlias = Callable[[int, int], Awaitable[None]]  #: parts that are done, and all


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFilm:
    """A film of one recording."""

    key: str  #: of the object that it becomes
    segments: Sequence[Segment]
    names: Mapping[str, str]  #: of the participants, in the order of their places
    apart: bool  #: of a talk apart
    offset: int  #: of the centre's clock from UTC, in seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFilm:
    """What is told of a film."""

    seconds: float
    turns: tuple[Turn, ...]


class FilmMaker(Protocol):
    """Makes films part by part; what is whole after a crash is not made again."""

    async def make(self, wanted: WantedFilm, told: Told) -> MadeFilm:
        """Make the film and bring it to where all files are kept.

        Raises :class:`~domain.errors.Unavailable` while a journal, a place on the disk or time is
        not to be had, and :class:`~domain.errors.NotFound` if there is nothing to see or hear.
        """
        ...

    async def tidy(self, key: str) -> None:
        """Throw the parts of a film away that is made."""
        ...
