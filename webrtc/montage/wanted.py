"""What is told to the child that makes a part, beside the packets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from webrtc.montage.packing import packed_head


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who has a place on the picture."""

    name: str
    journals: Sequence[int]  #: theirs, among those that are packed
    begins: Sequence[float]  #: when these begin, in seconds of the part
    cards: Sequence[Sequence[Any]]  #: begin, end, words
    shown: bool = False  #: a screen, on which nothing may move for seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is told to the child, beside the packets."""

    title: str
    font: str
    begin: int  #: ms of the film
    length: int  #: ms
    centre: int  #: ns since 1970 at its beginning
    offset: int  #: of the centre's clock from UTC, in seconds
    people: Sequence[Person]
    journals: int
    instead: str = ""  #: words for the whole picture, without sound

    @staticmethod
    def read(told: Mapping[str, Any]) -> Wanted:
        """Read what was written down."""
        people = [Person(**one) for one in told["people"]]
        return Wanted(**{**told, "people": people})

    def packed(self) -> bytes:
        """Write it down."""
        return packed_head(asdict(self))
