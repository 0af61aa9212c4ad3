"""The clock that a demo's processes follow, at a real simulator."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp

from processes.followed_clock import FollowedClock
from tests.simulator.test_process import asked, ended, running

DAY = 24 * 3600


def ahead(clock: FollowedClock) -> timedelta:
    return clock() - datetime.now(UTC)


async def test_whoever_moves_the_clock_goes_on_when_everybody_knows(tmp_path):
    async with running(tmp_path) as (_, url), aiohttp.ClientSession() as http:
        web, worker = FollowedClock(url), FollowedClock(url)
        async with web.followed(), worker.followed():
            for day in range(1, 6):
                await asked(http, "POST", f"{url}/_sim/clock", advance_seconds=DAY)

                seen = (ahead(web), ahead(worker))
                assert min(seen) > timedelta(days=day) - timedelta(seconds=5)


async def test_a_follower_that_went_away_holds_nobody_up_for_long(tmp_path):
    async with running(tmp_path) as (_, url), aiohttp.ClientSession() as http:
        async with FollowedClock(url).followed():
            pass

        async with asyncio.timeout(3):
            told = await asked(http, "POST", f"{url}/_sim/clock", advance_seconds=DAY)

    assert told["offset_seconds"] == DAY


async def test_time_does_not_go_back_when_the_simulator_goes_away(tmp_path):
    async with running(tmp_path) as (started, url), aiohttp.ClientSession() as http:
        clock = FollowedClock(url)
        async with clock.followed():
            await asked(http, "POST", f"{url}/_sim/clock", advance_seconds=DAY)
            started.terminate()
            await ended(started)

            assert ahead(clock) > timedelta(hours=23)


async def test_a_simulator_with_followers_ends_in_time(tmp_path):
    async with running(tmp_path) as (started, url), FollowedClock(url).followed():
        started.terminate()
        code, took = await ended(started)

    assert code == 0
    assert took < 5
