"""Where subscriptions of warnings and guards of families are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.guarding import Guard, Subscription
from domain.history import Event
from domain.ids import PersonId


class Guarding(Protocol):
    """Who wants warnings, and who looks after whom."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Keep what somebody chose about a topic."""
        ...

    async def subscriptions(self, person: PersonId) -> Sequence[Subscription]:
        """Return what somebody chose, ended ones too."""
        ...

    async def add(self, guard: Guard, *events: Event) -> None:
        """Keep a new invitation."""
        ...

    async def save(self, guard: Guard, *events: Event) -> None:
        """Keep the changed guard."""
        ...

    async def by_code(self, code_hash: str) -> Guard | None:
        """Find an invitation by its code."""
        ...

    async def of_person(self, person: PersonId) -> Sequence[Guard]:
        """Return the guards in which somebody is either side and that are not over."""
        ...

    async def drop_of_person(self, person: PersonId) -> None:
        """Delete somebody's subscriptions and the guards that are over."""
        ...
