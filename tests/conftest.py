"""The ledger of every test that asks for one: on SQLite, and the same on PostgreSQL."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.engines import Postgres, postgres_server
from tests.nodejs import installed_node
from tests.ports import free_port
from tests.stores import sqlite_url

# Ten thousand tests are collected and stay: to look for garbage among them takes a third as long
# as to collect them, and every later look would go through all of them again.
gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Look for the garbage of the tests alone."""
    gc.freeze()
    gc.enable()


# A page of a busy machine: what does come at last is no fault, what never comes still is one.
expect.set_options(timeout=20_000)


@pytest.fixture
def unused_tcp_port() -> int:
    """A port that no other test of this run is given; pytest-asyncio's may be given twice."""
    return free_port()


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with what package-lock.json names installed."""
    return installed_node()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The one PostgreSQL server of this test run, started when first asked for."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated ledger on each engine."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    server: Postgres = request.getfixturevalue("postgres")
    return server.emptied()
