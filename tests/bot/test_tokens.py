"""One access token however many callers and processes: against the real simulator and ledger."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.tokens import SharedTokens
from domain.errors import Unavailable
from domain.platform import PlatformToken
from simulator.settings import OFFICIAL
from storage.keys import establish
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.bot.office import MovableClock
from tests.engines import Postgres
from tests.stores import sqlite_url

PATH = "/cgi-bin/stable_token"
CALLS = 100


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[str]:
    """A simulated platform of its own."""
    command = [sys.executable, "-m", "simulator", "--port", "0", "--data", str(tmp_path / "sim")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A ledger, and the keys beside it."""
    establish(tmp_path / "keys")
    if request.param == "sqlite":
        url = sqlite_url(tmp_path)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create("tokens_ledger")
    upgrade(url)
    return url


async def control(url: str, path: str, **asked: Any) -> Any:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/_sim/{path}", json=asked) as answer,
    ):
        return await answer.json()


async def fetches(url: str) -> int:
    """How often a token was asked for, by the simulator's own log."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{url}/_sim/log", params={"limit": "1000"}) as answer,
    ):
        lines = (await answer.json())["log"]
    return sum(PATH in line["what"] for line in lines if line["face"] == "api")


async def call_together(url: str, database: str, folder: Path, calls: int = CALLS) -> None:
    """Two processes, so many calls each, all at once."""
    somebody = await control(
        url, "users", name="张三", phone=f"+86120{secrets.randbelow(10**8):08d}"
    )
    told = [OFFICIAL.appid, OFFICIAL.secret, somebody["openids"]["official"], str(calls)]
    command = [sys.executable, "-m", "tests.bot.many_callers", database, str(folder / "keys"), url]
    both = [
        await asyncio.create_subprocess_exec(*command, *told, stdin=subprocess.PIPE)
        for _ in range(2)
    ]
    ended = await asyncio.gather(*(one.communicate(b"go\n") for one in both))
    assert len(ended) == 2
    assert [one.returncode for one in both] == [0, 0]


async def test_two_processes_with_two_hundred_calls_fetch_one_token(
    simulator: str, database: str, tmp_path: Path
):
    await call_together(simulator, database, tmp_path)

    assert await fetches(simulator) == 1


async def test_a_token_that_wechat_takes_no_more_is_fetched_once_for_all(
    simulator: str, tmp_path: Path
):
    establish(tmp_path / "keys")
    url = sqlite_url(tmp_path)
    upgrade(url)
    await call_together(simulator, url, tmp_path, calls=1)
    await control(simulator, "tokens/revoke", account="official")

    await call_together(simulator, url, tmp_path)

    assert await fetches(simulator) == 2


async def test_a_fetch_that_failed_leaves_the_next_one_free(tmp_path: Path):
    upgrade(url := sqlite_url(tmp_path))
    store, clock = (
        await SqlStore.open(url, establish(tmp_path / "keys"), jobs=False),
        MovableClock(),
    )
    tokens = SharedTokens(store=store, clock=clock, patience=1.0)

    async def fails() -> PlatformToken:
        raise Unavailable("no answer")

    async def works() -> PlatformToken:
        return PlatformToken(text="t1", ends_at=clock() + timedelta(hours=2))

    with pytest.raises(Unavailable):
        await tokens.renewed("wx", None, fails)
    fetched = await tokens.renewed("wx", None, works)
    other = SharedTokens(store=store, clock=clock)

    assert (fetched.text, fetched.generation) == ("t1", 1)
    assert await other.current("wx") == fetched
    await store.close()


async def test_whoever_comes_with_an_old_token_gets_the_ledger_s(tmp_path: Path):
    upgrade(url := sqlite_url(tmp_path))
    store, clock = (
        await SqlStore.open(url, establish(tmp_path / "keys"), jobs=False),
        MovableClock(),
    )
    numbers = iter(range(1, 9))

    async def fetch() -> PlatformToken:
        return PlatformToken(text=f"t{next(numbers)}", ends_at=clock() + timedelta(hours=2))

    one, two = (SharedTokens(store=store, clock=clock) for _ in range(2))
    first = await one.renewed("wx", None, fetch)
    held_by_two = await two.current("wx")
    second = await one.renewed("wx", first, fetch)

    found = await two.renewed("wx", held_by_two, fetch)

    assert (first.text, second.text, found.text) == ("t1", "t2", "t2")
    await store.close()
