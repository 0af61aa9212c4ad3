"""The world's clock: the machine's plus an offset that only grows."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from simulator.store import Db

_OFFSET = "clock.offset"


class Clock:
    """Tells the simulated time; the product asks `/_sim/clock` for the offset."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> float:
        """Unix time in seconds."""
        return time.time() + self.offset

    def text(self) -> str:
        """Now as RFC 3339 in UTC."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat()


def kept_offset(db: Db) -> float:
    """Read the offset that an earlier run left."""
    row = db.execute("SELECT value FROM memory WHERE name = ?", (_OFFSET,)).fetchone()
    return float(row["value"]) if row else 0.0


def advance(db: Db, seconds: float) -> float:
    """Move time forward for good and give the new offset; a restart never turns it back."""
    offset = kept_offset(db) + seconds
    db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (_OFFSET, repr(offset)))
    return offset
