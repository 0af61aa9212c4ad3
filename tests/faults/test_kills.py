"""kill -9 of each process once, along one walk of the main path: nothing lost, nothing twice."""

import asyncio
import shutil
from collections import Counter
from contextlib import asynccontextmanager

import aiohttp
import pytest
from playwright.async_api import async_playwright

from tests.faults.books import compared
from tests.faults.killer import WHERE, Killer, Point
from tests.faults.path import STORY, Office, Walk
from tests.faults.unsealed import readable
from tests.webrtc.house import ARGUMENTS, FREELY

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

DEATHS = (
    Point("web", "report", 0.3),
    Point("simulator", "accept", 0.1),
    Point("recorder", "record", 1.5),
    Point("media", "end", 0.0),
    Point("paper", "freeze", 0.2),
    Point("worker", "sign-respondent", 0.8),
    Point("supervisor", "seal", 0.9),
)


@asynccontextmanager
async def a_browser():
    program = shutil.which("chromium")
    assert program, "install Chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, FREELY]
        )
        try:
            yield browser
        finally:
            await browser.close()


async def test_every_process_dies_once_and_nothing_is_lost_or_done_twice(town):
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout) as http, a_browser() as browser:
        office = Office(town, http)
        await office.open()
        walk = Walk(office, Killer(town, DEATHS), browser, number=1, pages=2)

        await walk.whole()
        counts = await compared(walk)

    print(counts)
    assert {point.process for point in walk.killer.killed} == set(WHERE)
    assert Counter(counts.lost) == Counter()
    assert Counter(counts.twice) == Counter()
    assert counts.seconds_kept >= counts.seconds_told > 4
    assert walk.verdict["verdict"] == "genuine"
    await asyncio.to_thread(town.end)
    people = (walk.wang.name, walk.liu.name, walk.wang.number, walk.liu.number, STORY)
    assert list(readable(town.data, people)) == []
