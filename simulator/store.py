"""The simulated world's memory: one SQLite file, one thread, one transaction per deed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

Db = sqlite3.Connection

_P = ParamSpec("_P")
_T = TypeVar("_T")
_SCHEMA: Final = Path(__file__).with_name("schema.sql")


class Store:
    """Runs deeds one after another, each in a transaction of its own.

    A deed is a plain function whose first argument is the connection; since one thread runs them
    all, it may read, decide and write without another lock.
    """

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._db: Db = self._thread.submit(_opened, path).result()

    async def within(
        self, deed: Callable[Concatenate[Db, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Run a deed in a transaction; whatever it raises undoes it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: _in_transaction(self._db, lambda: deed(self._db, *args, **kwargs))
        )

    def close(self) -> None:
        """Finish what is queued and close the file."""
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()


def _opened(path: Path) -> Db:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing; only power loss may
    db.execute("PRAGMA foreign_keys = ON")
    db.executescript(_SCHEMA.read_text("utf-8"))
    return db


def _in_transaction(db: Db, deed: Callable[[], _T]) -> _T:
    db.execute("BEGIN IMMEDIATE")
    try:
        result = deed()
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
    return result
