"""Where the talks with humans are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.handovers import HandOver
from domain.history import Event
from domain.ids import PersonId


class HandOvers(Protocol):
    """The talks that were handed to a human."""

    async def add(self, hand_over: HandOver, *events: Event) -> None:
        """Keep a new request."""
        ...

    async def get(self, hand_over_id: str) -> HandOver:
        """Return it."""
        ...

    async def save(self, hand_over: HandOver, *events: Event) -> None:
        """Keep the changed talk."""
        ...

    async def open_of(self, person: PersonId) -> HandOver | None:
        """Return the person's talk that is not over, if there is one."""
        ...

    async def listed(self, region: str, *, ended: int) -> Sequence[HandOver]:
        """Return the open talks of a region, the longest waiting first, then the last ended."""
        ...

    async def count_waiting(self, region: str, *, since: datetime) -> int:
        """Count the requests of a region that nobody took, asked for by then."""
        ...

    async def of_person(self, person: PersonId) -> Sequence[HandOver]:
        """Return somebody's talks, newest first."""
        ...

    async def drop_ended(self, person: PersonId, *, until: datetime) -> None:
        """Delete somebody's talks that are over and were asked for up to the moment."""
        ...
