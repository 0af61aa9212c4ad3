"""Turns deadlines that have come into jobs; every worker sweeps, each row is taken once."""

from __future__ import annotations

from dataclasses import dataclass

from domain.jobs import ActOnDue
from domain.ports.outside import Clock
from domain.ports.store import Store

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Asks the clock of business, never the machine's: tests and the demo move it."""

    store: Store
    clock: Clock

    async def sweep(self) -> int:
        """Hand in a job for everything due by now, and say how many."""
        handed_in = 0
        while (taken := await self._take()) > 0:
            handed_in += taken
        return handed_in

    async def _take(self) -> int:
        async with self.store.begin() as work:
            dues = await work.dues.claim(self.clock(), limit=AT_ONCE)
            for due in dues:
                await work.jobs.add(ActOnDue(due.id), key=f"due-{due.id}-{due.version}")
        return len(dues)
