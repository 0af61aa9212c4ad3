"""A slot is one place for a job worker: whoever works there holds its lock.

DBOS gives the unfinished work of a slot to whoever starts under its name; two at once would do it
twice.  The lock ends with its process or connection, however they end.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from typing import Protocol

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import Unavailable
from storage.engines import is_sqlite, job_engine

NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


class SlotTaken(Unavailable):
    """Another live process works under this slot."""

    code = "slot-taken"


class SlotLock(Protocol):
    """The exclusive right to work under a slot."""

    def held(self) -> bool:
        """Is it still ours? (A lost database connection takes its lock along.)"""
        ...

    def release(self) -> None:
        """Give it back."""
        ...


def take_slot(url: str, slot: str) -> SlotLock:
    """Take the slot's lock; raises SlotTaken."""
    if not NAME.fullmatch(slot):
        raise ValueError(f"{slot!r} is no name of a slot")
    return FileLock(url, slot) if is_sqlite(url) else AdvisoryLock(url, slot)


class FileLock:
    """A lock on a file beside the database file."""

    def __init__(self, url: str, slot: str) -> None:
        path = f"{make_url(url).database}.{slot}.lock"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise SlotTaken(slot) from error

    def held(self) -> bool:
        """Is it still ours?"""
        return True

    def release(self) -> None:
        """Give it back."""
        os.close(self._file)


class AdvisoryLock:
    """A lock of a PostgreSQL session that is kept open for it."""

    def __init__(self, url: str, slot: str) -> None:
        self._engine = job_engine(url)
        self._connection: Connection = self._engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        )
        digest = hashlib.sha256(f"fengqiao slot {slot}".encode()).digest()
        number = int.from_bytes(digest[:8], signed=True)
        taking = text("SELECT pg_try_advisory_lock(:number)")
        if not self._connection.execute(taking, {"number": number}).scalar():
            self.release()
            raise SlotTaken(slot)

    def held(self) -> bool:
        """Is it still ours?"""
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def release(self) -> None:
        """Give it back."""
        self._connection.close()
        self._engine.dispose()
