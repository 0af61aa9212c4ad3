"""One process of the product that calls WeChat many times at once; started by its test.

Called as ``many_callers.py DATABASE KEYS API_BASE APPID SECRET OPENID CALLS``.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.client import Bases, WeChatClient
from bot.tokens import SharedTokens
from storage import keys
from storage.store import SqlStore


def now() -> datetime:
    """Tell the machine's time: the simulator of this test keeps it too."""
    return datetime.now(UTC)  # a process of its own, without a test's clock


async def call(
    database: str, folder: str, base: str, appid: str, secret: str, openid: str, calls: str
) -> None:
    """Call as many times at once."""
    store = await SqlStore.open(database, keys.load(Path(folder)), jobs=False)
    async with aiohttp.ClientSession() as session:
        client = WeChatClient(
            session=session,
            appid=appid,
            secret=secret,
            clock=now,
            bases=Bases(api=base),
            tokens=SharedTokens(store=store, clock=now),
        )
        sys.stdin.readline()  # together with the other process
        await asyncio.gather(*(client.user(openid) for _ in range(int(calls))))
    await store.close()


asyncio.run(call(*sys.argv[1:]))
