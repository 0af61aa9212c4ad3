"""SIGTERM of the whole demo while people are being recorded: out in five seconds, files whole.

A full disk while recording is told of in tests/webrtc (``test_consents``, ``test_journal``).
"""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing

import aiohttp
import pytest
from playwright.async_api import expect

from tests.faults.killer import Killer
from tests.faults.path import Office, Walk
from tests.faults.test_kills import a_browser
from tests.webrtc.films import watch
from webrtc.journal import verify

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


async def test_a_live_room_ends_in_five_seconds_with_whole_files(town):
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
        await room.record(3.0)
        await expect(room.mediator.locator("#light")).to_be_visible()

        took = await asyncio.to_thread(town.end)

    assert took < 5
    assert town.process.returncode == 0
    key = (town.data / "keys" / "recordings.key").read_bytes()
    assert len(room.acknowledged) == 2
    for (who, number), seconds in room.acknowledged.items():
        folder = town.data / "objects" / "recordings" / room.meeting / who
        found = verify(folder / f"{number:04d}.journal", key)
        assert found.stored.closed
        assert found.broken_at is None
        assert found.stored.seconds >= seconds
        name = f"recordings/{room.meeting}/{who}/{number:04d}.webm"
        film = await asyncio.to_thread(watch, folder / f"{number:04d}.webm", key, name)
        assert film.seconds >= seconds - 0.5
    with closing(sqlite3.connect(town.data / "ledger.db")) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
