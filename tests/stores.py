"""Ledgers for the tests of everybody: the real thing, on either engine."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from storage.keys import Keys, establish
from storage.migrate import upgrade
from storage.store import SqlStore


@cache
def _migrated() -> Path:
    # Migrated once per test run and copied: a migration costs more than most tests.
    folder = Path(tempfile.mkdtemp(prefix="fengqiao-ledger-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgrade(f"sqlite:///{folder / 'ledger.db'}")
    return folder / "ledger.db"


@cache
def keys_of_this_run() -> Keys:
    """Keys of this test run."""
    return establish(_migrated().parent)


def sqlite_url(folder: Path) -> str:
    """An empty, migrated ledger in the folder."""
    copy = folder / "ledger.db"
    if not copy.exists():
        shutil.copyfile(_migrated(), copy)
    return f"sqlite:///{copy}"


@asynccontextmanager
async def a_store(url: str) -> AsyncIterator[SqlStore]:
    """Open a migrated ledger while the block runs."""
    store = await SqlStore.open(url, keys_of_this_run())
    try:
        yield store
    finally:
        await store.close()
