"""The waits of reality: a dialogue and a server that are slower than WeChat's five seconds."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from typing_extensions import override

from simulator.deliveries import Delivery
from tests.bot.conversing.machine import audit
from tests.bot.conversing.town import Process, Scale, Town, a_town
from tests.stores import sqlite_url

TO_A_SLOW_DIALOGUE, TO_A_SLOW_SERVER = "帮助", "我的案件"  #: what two people write


@dataclass
class HungProcess(Process):
    """A process that has done its first push but answers it only when it came once more."""

    pushes: int = 0
    pushed_again: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def hear(self, request: web.Request) -> web.StreamResponse:
        """Hear, and hold the first answer back until the platform has cut the line."""
        self.pushes += 1
        if self.pushes > 1:
            self.pushed_again.set()
        answer = await super().hear(request)
        await self.pushed_again.wait()
        return answer


@dataclass(frozen=True)
class Story:
    """What came of it."""

    slow_dialogue: Delivery
    slow_server: Delivery
    answered_after: float  #: seconds that the slow dialogue thought


async def slower_than_wechat_waits(folder: Path) -> Story:
    """Write to a dialogue, and to a server, that take longer than WeChat waits; count the end."""
    async with a_town(folder, sqlite_url(folder), people=2, scale=Scale()) as town:
        began = time.monotonic()
        thinking = await _write_to_a_slow_dialogue(town)
        await _write_to_a_slow_server(town)
        thought = time.monotonic() - began
        town.open_doors()
        await thinking
        await town.end()
        await audit(town)
        told = {one.fields.get("Content"): one for one in reversed(await town.deliveries())}
        return Story(told[TO_A_SLOW_DIALOGUE], told[TO_A_SLOW_SERVER], thought)


async def _write_to_a_slow_dialogue(town: Town) -> asyncio.Task[None]:
    clerk = town.process.clerk
    clerk.slow = True
    writing = asyncio.create_task(town.write([(0, TO_A_SLOW_DIALOGUE)]))
    while not (clerk.doors or writing.done()):
        await asyncio.sleep(0.01)
    clerk.slow = False
    return writing


async def _write_to_a_slow_server(town: Town) -> None:
    now = town.process
    town.process = HungProcess(now.store, now.clerk, now.desk, now.callbacks)
    await town.write([(1, TO_A_SLOW_SERVER)])
