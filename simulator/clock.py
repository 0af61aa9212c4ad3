"""The world's clock: the machine's plus an offset that only grows."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime

from simulator.store import Db

_OFFSET = "clock.offset"
_PATIENCE = 10.0  #: seconds that a question about a clock that stands still is held
_ALL_KNOW = 1.0  #: seconds that whoever moves the clock waits for those who follow it


class Clock:
    """Tells the simulated time; those who follow it know of a move before the mover goes on."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._turned = asyncio.Condition()
        self._following = 0
        self._stopped = False

    def now(self) -> float:
        """Unix time in seconds."""
        return time.time() + self.offset

    def text(self) -> str:
        """Now as RFC 3339 in UTC."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    async def past(self, seen: float) -> None:
        """Return when the offset is past the one a follower has seen, or after ten seconds."""
        async with self._turned:
            if self.offset > seen:
                return
            self._following += 1
            self._turned.notify_all()
            try:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_PATIENCE):
                        await self._turned.wait_for(lambda: self._stopped or self.offset > seen)
            finally:
                if self.offset <= seen:
                    self._following -= 1

    async def move(self, offset: float) -> None:
        """Set the clock forward and wait until everybody who follows it has asked again."""
        async with self._turned:
            if offset <= self.offset:
                return
            following, self._following = self._following, 0
            self.offset = offset
            self._turned.notify_all()
            with suppress(TimeoutError):
                async with asyncio.timeout(_ALL_KNOW):
                    await self._turned.wait_for(lambda: self._following >= following)

    async def until(self, at: float) -> None:
        """Return at this moment of simulated time."""
        async with self._turned:
            while (left := at - self.now()) > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._turned.wait()

    async def stop(self) -> None:
        """Let everybody go who waits."""
        async with self._turned:
            self._stopped = True
            self._turned.notify_all()


def kept_offset(db: Db) -> float:
    """Read the offset that an earlier run left."""
    row = db.execute("SELECT value FROM memory WHERE name = ?", (_OFFSET,)).fetchone()
    return float(row["value"]) if row else 0.0


def advance(db: Db, seconds: float) -> float:
    """Move time forward for good and give the new offset; a restart never turns it back."""
    offset = kept_offset(db) + seconds
    db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (_OFFSET, repr(offset)))
    return offset
