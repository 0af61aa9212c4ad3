"""Asked-for misfortune: the ways in which the real platform and network fail."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from simulator.store import Db

_NAME = "faults"


class BadFaults(Exception):
    """A fault is unknown or has a value that makes no sense; the message names it."""


@dataclass(frozen=True)
class Faults:
    """Which misfortune is on; percentages are of calls or pushes, 0 is never, 100 always."""

    push_delay_seconds: float = 0.0
    """Every push waits this long before it starts."""
    push_jitter_seconds: float = 0.0
    """And up to this much more, by chance, so that messages overtake one another."""
    duplicate_percent: float = 0.0
    """A push is delivered twice: a second time after the answer."""
    concurrent: bool = False
    """Duplicates travel at the same time as the first instead."""
    drop_answer_percent: float = 0.0
    """The product's answer is lost on the way, so the push is sent again."""
    same_msg_id: bool = False
    """Messages of different people carry one MsgId."""
    api_delay_seconds: float = 0.0
    """Every API call waits before it is looked at."""
    system_error_percent: float = 0.0
    """An API call has no effect and answers -1."""
    server_error_percent: float = 0.0
    """An API call has no effect and answers HTTP 502."""
    reset_before_effect_percent: float = 0.0
    """The connection is cut before an API call has an effect."""
    reset_after_effect_percent: float = 0.0
    """The connection is cut after an API call had its effect."""
    risky_media_percent: float = 0.0
    """Pictures and voices that are checked turn out risky."""
    ip_refused: bool = False
    """Token calls answer 40164, as from an address outside the white list."""
    daily_limit: int = 0
    """Calls per day and path instead of the platform's limit; 0 leaves it."""
    minute_limit: int = 0
    """Calls per minute and path instead of the platform's limit; 0 leaves it."""
    paths: tuple[str, ...] = ()
    """API and SMS faults only on these paths; empty is all."""
    times: int = 0
    """Chance-driven faults end after this many; 0 is never."""


class Dice:
    """Decides by seeded chance when a fault happens."""

    def __init__(self, faults: Faults, *, seed: str) -> None:
        self._chance = random.Random(seed)  # noqa: S311 (repeatable faults, not secrets)
        self.load(faults)

    def load(self, faults: Faults) -> None:
        """Replace the faults."""
        self.faults = faults
        self._left = faults.times or None

    def concerns(self, path: str) -> bool:
        """Tell whether faults apply to this path."""
        return not self.faults.paths or path in self.faults.paths

    def falls(self, percent: float) -> bool:
        """Tell whether a fault of this likelihood happens now."""
        if self._left == 0 or self._chance.random() * 100 >= percent:
            return False
        if self._left is not None:
            self._left -= 1
        return True

    def delay(self) -> float:
        """Seconds a push waits before it starts."""
        jitter = self._chance.random() * self.faults.push_jitter_seconds
        return self.faults.push_delay_seconds + jitter


def read_faults(values: Mapping[str, Any]) -> Faults:
    """Read faults strictly; what is not named is off."""
    known = {one.name: one.default for one in fields(Faults)}
    for name, value in values.items():
        if name not in known:
            raise BadFaults(f"{name}: unknown fault")
        if not _fits(known[name], value):
            raise BadFaults(f"{name}: unsuitable value")
    return Faults(**{**values, "paths": tuple(values.get("paths", ()))})


def kept_faults(db: Db) -> Faults:
    """Read the faults that an earlier run left on."""
    row = db.execute("SELECT value FROM memory WHERE name = ?", (_NAME,)).fetchone()
    return read_faults(json.loads(row["value"])) if row else Faults()


def keep_faults(db: Db, faults: Faults) -> None:
    """Keep faults over a restart."""
    db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (_NAME, json.dumps(asdict(faults))))


def _fits(default: Any, value: Any) -> bool:
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, tuple):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return not isinstance(value, bool) and isinstance(value, int | float) and value >= 0
