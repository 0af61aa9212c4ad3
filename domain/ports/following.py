"""Where promises and ratings are kept: what follows an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.codes import Rating
from domain.history import Event
from domain.ids import CaseId, ObligationId
from domain.obligations import Obligation


class Obligations(Protocol):
    """The promises."""

    async def add(self, obligation: Obligation, *events: Event) -> None:
        """Keep a new promise."""
        ...

    async def get(self, obligation_id: ObligationId) -> Obligation:
        """Return it."""
        ...

    async def save(self, obligation: Obligation, *events: Event) -> None:
        """Keep the changed promise."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Obligation]:
        """Return the case's promises in the order of the clauses."""
        ...


class Ratings(Protocol):
    """How the parties rate the service."""

    async def add(self, rating: Rating) -> None:
        """Keep a rating; one per case and person, else AlreadyRated."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Rating]:
        """Return the case's ratings."""
        ...
