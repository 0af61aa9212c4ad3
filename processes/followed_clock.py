"""A clock that is followed: this machine's plus the offset of a simulator."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import aiohttp

from processes.clock import machine_clock

ASK_EVERY = 0.25  #: seconds, where the answer comes at once or not at all
ANSWER_WITHIN = aiohttp.ClientTimeout(total=15.0, sock_connect=2.0)  # it is held until time moves


class FollowedClock:
    """This machine's time plus an offset that only grows (demo and tests, loopback only)."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_sim/clock"
        self._offset = 0.0

    def __call__(self) -> datetime:
        """Tell the time."""
        return machine_clock() + timedelta(seconds=self._offset)

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Keep asking for the offset while the block runs."""
        async with aiohttp.ClientSession(timeout=ANSWER_WITHIN) as session:
            await self._ask(session)
            task = asyncio.create_task(self._keep_asking(session))
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _keep_asking(self, session: aiohttp.ClientSession) -> None:
        while True:
            asked = time.monotonic()
            moved = await self._ask(session, seen=repr(self._offset))
            if not moved and time.monotonic() - asked < ASK_EVERY:
                await asyncio.sleep(ASK_EVERY)

    async def _ask(self, session: aiohttp.ClientSession, **seen: str) -> bool:
        with suppress(aiohttp.ClientError, TimeoutError, KeyError, ValueError):
            async with session.get(self._url, params=seen) as answer:
                offset = float((await answer.json())["offset_seconds"])
                moved = offset > self._offset
                self._offset = max(self._offset, offset)
                return moved
        return False
