"""Opened ledgers for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.store import SqlStore
from tests.stores import a_store


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    async with a_store(url) as opened:
        yield opened


@pytest.fixture
async def second_store(url: str) -> AsyncIterator[SqlStore]:
    """Another process of the same service, as far as the database can tell."""
    async with a_store(url) as opened:
        yield opened
