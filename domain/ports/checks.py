"""Where the texts are kept that people asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.checks import Check
from domain.history import Event
from domain.ids import PersonId


class Checks(Protocol):
    """The texts that people asked about; the same text is found by its fingerprint."""

    async def add(self, check: Check, *events: Event) -> None:
        """Keep a new question."""
        ...

    async def get(self, check_id: str) -> Check:
        """Return it."""
        ...

    async def save(self, check: Check, *events: Event) -> None:
        """Keep what a human said."""
        ...

    async def same_text(self, fingerprint: str) -> Sequence[Check]:
        """Return everybody's questions about this text, oldest first."""
        ...

    async def waiting(self) -> Sequence[Check]:
        """Return what a human has to look at, oldest first."""
        ...

    async def of_person(self, person: PersonId) -> Sequence[Check]:
        """Return what somebody asked, newest first."""
        ...

    async def count_of_person(self, person: PersonId) -> int:
        """Count what somebody asked."""
        ...

    async def drop_of_person(self, person: PersonId, *, until: datetime) -> None:
        """Delete what somebody asked up to the moment."""
        ...
