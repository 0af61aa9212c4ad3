"""The killer: which process dies in which step of the path, and how long after its beginning."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from tests.faults.town import Town

#: The steps of the path in their order, and for how many seconds each keeps the product busy.
STEPS = {
    "follow": 0.6,
    "report": 2.5,
    "confirm": 0.8,
    "register": 0.5,
    "dispatch": 0.8,
    "accept": 0.8,
    "parties": 0.6,
    "meeting": 1.2,
    "log-in": 1.5,
    "enter": 3.0,
    "record": 4.0,
    "end": 2.0,
    "draft": 0.5,
    "review": 1.5,
    "freeze": 3.0,
    "sign-reporter": 2.5,
    "sign-respondent": 2.5,
    "sign-mediator": 2.5,
    "seal": 4.0,
    "verify": 1.0,
}
ROOM = ("enter", "record", "end")
PAPERS = ("freeze", "sign-reporter", "sign-respondent", "sign-mediator", "seal")
NOTICES = ("confirm", "dispatch", "accept", "meeting", "log-in", "review")
#: Where each process has something to lose.
WHERE = {
    "supervisor": tuple(STEPS),
    "web": tuple(STEPS),
    "worker": (*NOTICES, *PAPERS),
    "paper": PAPERS,
    "media": ROOM,
    "recorder": ROOM,
    "simulator": ("follow", "report", *NOTICES, *PAPERS),
}


@dataclass(frozen=True)
class Point:
    """One death."""

    process: str
    step: str
    delay: float  #: seconds after the step began


def points(process: str, *, seed: int, count: int) -> list[Point]:
    """Points of the path for one process; they go round its steps in a shuffled order."""
    chance = Random(f"{seed}/{process}")
    steps = list(WHERE[process])
    chance.shuffle(steps)
    chosen = [steps[number % len(steps)] for number in range(count)]
    return [Point(process, step, round(chance.uniform(0, STEPS[step]), 2)) for step in chosen]


@dataclass
class Killer:
    """Kills what is planned, when it is planned, and waits until the town is whole again."""

    town: Town
    plan: Sequence[Point]
    killed: list[Point] = field(default_factory=list)

    @asynccontextmanager
    async def during(self, step: str) -> AsyncIterator[None]:
        """Let the deaths of this step happen while, or just after, its deeds are done."""
        deaths = [asyncio.create_task(self._die(p)) for p in self.plan if p.step == step]
        try:
            yield
        except BaseException:
            for death in deaths:
                death.cancel()
            raise
        finally:
            await asyncio.gather(*deaths, return_exceptions=False)

    async def _die(self, point: Point) -> None:
        await asyncio.sleep(point.delay)
        pid = await self.town.kill(point.process)
        self.killed.append(point)
        await self.town.back(point.process, pid)
