"""Where people's requests about their own data are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.history import Event
from domain.ids import PersonId
from domain.privacy import DataCopy, Erasure


class Privacy(Protocol):
    """Requests to delete, and copies that were asked for; none of the data itself."""

    async def add_erasure(self, erasure: Erasure, *events: Event) -> None:
        """Keep a new request to delete."""
        ...

    async def erasure(self, erasure_id: str) -> Erasure:
        """Return it."""
        ...

    async def save_erasure(self, erasure: Erasure, *events: Event) -> None:
        """Keep what became of it."""
        ...

    async def erasures(self, person: PersonId) -> Sequence[Erasure]:
        """Return somebody's requests, newest first."""
        ...

    async def add_copy(self, copy: DataCopy, *events: Event) -> None:
        """Keep a new request for a copy."""
        ...

    async def copy(self, copy_id: str) -> DataCopy:
        """Return it."""
        ...

    async def save_copy(self, copy: DataCopy, *events: Event) -> None:
        """Keep what became of it."""
        ...

    async def copies(self, person: PersonId) -> Sequence[DataCopy]:
        """Return somebody's copies, newest first."""
        ...
