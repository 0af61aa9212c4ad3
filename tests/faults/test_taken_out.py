"""Who logs out leaves the live room, although their page does nothing and a process is away."""

import asyncio
import time
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.faults.killer import Killer
from tests.faults.path import API, Office, Walk
from tests.faults.test_kills import a_browser

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


async def test_who_logs_out_is_taken_out_of_the_room_also_after_a_crash(town):
    timeout = aiohttp.ClientTimeout(total=30)
    async with (
        aiohttp.ClientSession(timeout=timeout) as http,
        a_browser() as browser,
        AsyncExitStack() as stack,
    ):
        office = Office(town, http)
        await office.open()
        walk = Walk(office, Killer(town, []), browser, number=1, pages=2)
        await walk.report()
        await walk.register()
        await walk.dispatch()
        room = await walk.invite()
        await walk.enter(room, stack)
        await room.record(2.0)
        mediator, liu = room.pages

        killed = await town.kill("worker")
        await logs_out(http, town, walk.resident("liu").secret)
        await town.back("worker", killed)
        await liu.wait_for_selector("#after:not([hidden])", timeout=30_000)
        await mediator.wait_for_selector("#alone:not([hidden])", timeout=5_000)

        began = time.monotonic()
        await logs_out(http, town, walk.mediator.secret)
        await mediator.wait_for_selector("#after:not([hidden])", timeout=10_000)
        took = time.monotonic() - began

        print(f"out of the room {took:.2f} s after the log-out")
        assert took < 2
        assert "请出" in await liu.inner_text("#farewell")
        assert await asyncio.to_thread(town.end) < 5


async def logs_out(http: aiohttp.ClientSession, town, secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}"}
    async with http.delete(f"{town.pages}{API}/me", headers=headers) as answer:
        assert answer.ok
