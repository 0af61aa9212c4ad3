"""The ledger for commands that need nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from commands.places import Places, database_url
from config import Config
from storage import keys
from storage.store import SqlStore


@asynccontextmanager
async def ledger(config: Config, *, jobs: bool = False) -> AsyncIterator[SqlStore]:
    """Open the ledger as it is, with its ``jobs`` or without.

    Raises OlderSchema, NewerSchema or Unavailable (no keys).
    """
    own = keys.load(Places(data=config.data.dir).keys)
    store = await SqlStore.open(database_url(config), own, jobs=jobs)
    try:
        yield store
    finally:
        await store.close()
