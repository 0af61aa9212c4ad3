"""What listens, plays and reads aloud."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class WhyNot(enum.StrEnum):
    """Why no playable copy can be made of a voice; its original stays as it is."""

    FORMAT = "format"  #: neither AMR-NB nor MP3, such as speex
    DAMAGED = "damaged"  #: it begins like a voice and holds none
    TOO_LONG = "too-long"
    TOO_MUCH = "too-much"  #: whoever tried was stopped: time, memory, or a crash


class NotPlayable(Exception):  # an outcome, not an error
    """No copy can be made of these bytes, now or later."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.value)
        self.why = why


class Unclear(Exception):  # an outcome, not an error
    """Nothing that a person said could be made out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """WebM with Opus, made of a voice."""

    data: bytes
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of speech and what was made out in it."""

    start: float  #: seconds
    end: float
    text: str  #: simplified Chinese
    confidence: float  #: 0 to 1


class Voices(Protocol):
    """Makes voices playable; nothing hostile in them reaches the process that asks."""

    async def playable(self, original: bytes) -> Playable:
        """Make a copy that browsers play; raises :class:`NotPlayable`."""
        ...


class Transcriber(Protocol):
    """Writes down what a person says: a draft, never the person's word."""

    async def transcribe(self, sound: bytes, *, hints: Sequence[str] = ()) -> tuple[Segment, ...]:
        """Listen to a playable copy; ``hints`` are words that may be in it.

        Raises :class:`Unclear`, or :class:`~domain.errors.Unavailable` if it may be tried again.
        """
        ...


class Reader(Protocol):
    """Reads plain Chinese aloud."""

    @property
    def voice(self) -> str:
        """Name the voice and its version: another one is another sound of the same words."""
        ...

    async def read(self, words: str) -> bytes:
        """Return an MP3; raises :class:`~domain.errors.Unavailable` if it may be tried again."""
        ...
