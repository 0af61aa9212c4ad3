"""Where meetings and what was recorded of them are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.history import Event
from domain.ids import CaseId, MeetingId
from domain.meetings import Meeting
from domain.montages import Montage
from domain.ports.rooms import Segment


class Meetings(Protocol):
    """The meetings and their recordings."""

    async def add(self, meeting: Meeting, *events: Event) -> None:
        """Keep a new meeting."""
        ...

    async def get(self, meeting_id: MeetingId) -> Meeting:
        """Return the meeting; the caller checks access through its case."""
        ...

    async def save(self, meeting: Meeting, *events: Event) -> None:
        """Keep the changed meeting."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Meeting]:
        """Return the case's meetings, newest first."""
        ...

    async def going_on(self) -> Sequence[Meeting]:
        """Return every meeting that somebody may be in at this moment."""
        ...

    async def keep_segment(self, segment: Segment) -> None:
        """Keep or lengthen a segment; recorded seconds never shrink."""
        ...

    async def segments(self, meeting_id: MeetingId) -> Sequence[Segment]:
        """Return what was recorded, by participant and number."""
        ...

    async def of_recording(self, recording: str) -> Meeting:
        """Return the meeting of a recording, which is its own or of one of its talks apart."""
        ...

    async def montage(self, recording: str) -> Montage | None:
        """Return the film of a recording, if one was begun."""
        ...

    async def keep_montage(self, montage: Montage) -> None:
        """Keep the film of a recording, and how far it is.

        Raises :class:`~domain.errors.Stale` if another one is wanted by now.
        """
        ...

    async def list_alone(self, recording: str) -> None:
        """Until the end of this transaction let nobody else list this recording."""
        ...

    async def note(self, event: Event) -> None:
        """Keep an event that changes nothing else: somebody came or left."""
        ...
