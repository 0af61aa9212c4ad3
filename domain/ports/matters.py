"""Where daily-life matters are kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.history import Event
from domain.ids import MatterId, PersonId
from domain.matters import Matter, MatterState
from domain.scope import Scope


class Matters(Protocol):
    """The daily-life matters."""

    async def add(self, matter: Matter, *events: Event) -> None:
        """Keep a new matter."""
        ...

    async def get(self, matter_id: MatterId, scope: Scope) -> Matter:
        """Return it if the scope holds it."""
        ...

    async def save(self, matter: Matter, *events: Event) -> None:
        """Keep the changed matter."""
        ...

    async def page(
        self, scope: Scope, states: Collection[MatterState], *, limit: int, after: str = ""
    ) -> tuple[Sequence[Matter], str]:
        """Return up to ``limit`` matters behind the key ``after``, the next key or ``""``.

        Of those that wait the one whose answer is due first comes first, else the one due last.
        """
        ...

    async def count_late(self, scope: Scope, *, at: datetime) -> int:
        """Count the matters whose answer was due before the moment."""
        ...

    async def of_person(self, person: PersonId, *, limit: int = 0) -> Sequence[Matter]:
        """Return what somebody reported, newest first; all of it without a limit."""
        ...

    async def history(self, matter_id: MatterId) -> Sequence[Event]:
        """Return every event of the matter, oldest first."""
        ...

    async def drop(self, matter_id: MatterId) -> None:
        """Delete it; what it was about is known to nobody any more."""
        ...
