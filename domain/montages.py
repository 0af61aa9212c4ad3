"""The film in which everybody who was recorded is seen side by side, and how far it is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.ids import MeetingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A voice was active on somebody's line, in seconds of the film; whose it was nobody heard."""

    participant: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Montage:
    """The film of one recording: of the table, or of one talk apart."""

    recording: str  #: the meeting's id or the talk's
    meeting_id: MeetingId
    made_of: str  #: hash over the segments; another one is another film
    number: int = 1
    parts: int = 0  #: 0 until it is known
    done: int = 0
    seconds: float = 0.0
    ready: bool = False
    empty: bool = False  #: nothing to see or hear

    @property
    def settled(self) -> bool:
        """Is it made, or known that there is none?"""
        return self.ready or self.empty

    def again(self, made_of: str) -> Montage:
        """Begin another film, since other segments came to light."""
        return Montage(
            recording=self.recording,
            meeting_id=self.meeting_id,
            made_of=made_of,
            number=self.number + 1,
        )

    def came_to(self, done: int, parts: int) -> Montage:
        """Say how far it is."""
        return replace(self, done=done, parts=parts)

    def made(self, seconds: float) -> Montage:
        """Say that it is whole."""
        return replace(self, seconds=seconds, done=self.parts, ready=True)

    def made_of_nothing(self) -> Montage:
        """Say that there is no film, since there is nothing to see or hear."""
        return replace(self, empty=True)
