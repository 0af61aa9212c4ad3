"""Setting a deadline, in the transaction of the change that causes it."""

from __future__ import annotations

from datetime import datetime

from domain.deadlines import Due, DueKind
from domain.ids import DueId
from domain.ports.outside import Chance
from domain.ports.store import Work


async def set_due(
    work: Work, chance: Chance, kind: DueKind, subject: str, *, at: datetime, version: int = 0
) -> None:
    """Let something fall due at a moment, instead of when it was to fall due before."""
    await work.dues.drop(kind, subject)
    due = Due(id=DueId(chance.id()), kind=kind, subject=subject, due_at=at, version=version)
    await work.dues.add(due)
