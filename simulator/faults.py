"""Asked-for misfortune: the ways in which the real platform and network fail."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, Final

from simulator.store import Db

_NAME = "faults"
_FEWEST_QUANTILES: Final = 2


class BadFaults(Exception):
    """A fault is unknown or has a value that makes no sense; the message names it."""


@dataclass(frozen=True)
class Faults:
    """Which misfortune is on; percentages are of calls or pushes, 0 is never, 100 always."""

    push_delay_seconds: float = 0.0
    """Every push waits this long, by the simulated clock, before it starts."""
    push_jitter_seconds: float = 0.0
    """And up to this much more, by chance, so that messages overtake one another."""
    push_delay_quantiles: tuple[float, ...] = ()
    """And a time drawn from these: the shortest, evenly spaced quantiles, the longest."""
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
    template_failed_percent: float = 0.0
    """A template message reaches nobody; its report says ``failed: system failed``."""
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
        drawn = _quantile(self.faults.push_delay_quantiles, self._chance.random())
        return self.faults.push_delay_seconds + jitter + drawn


def read_faults(values: Mapping[str, Any]) -> Faults:
    """Read faults strictly; what is not named is off."""
    known = {one.name: one.default for one in fields(Faults)}
    for name, value in values.items():
        if name not in known:
            raise BadFaults(f"{name}: unknown fault")
        if not _fits(name, known[name], value):
            raise BadFaults(f"{name}: unsuitable value")
    listed = {name: tuple(values.get(name, ())) for name in _LISTED}
    return Faults(**{**values, **listed})


def kept_faults(db: Db) -> Faults:
    """Read the faults that an earlier run left on."""
    row = db.execute("SELECT value FROM memory WHERE name = ?", (_NAME,)).fetchone()
    return read_faults(json.loads(row["value"])) if row else Faults()


def keep_faults(db: Db, faults: Faults) -> None:
    """Keep faults over a restart."""
    db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (_NAME, json.dumps(asdict(faults))))


def _fits(name: str, default: Any, value: Any) -> bool:
    if name in _LISTED:
        return isinstance(value, list) and _LISTED[name](value)
    if isinstance(default, bool):
        return isinstance(value, bool)
    return _is_amount(value)


def _is_amount(value: Any) -> bool:
    known = not isinstance(value, bool) and isinstance(value, int | float)
    return known and math.isfinite(value) and value >= 0


def _are_paths(values: Sequence[Any]) -> bool:
    return all(isinstance(one, str) for one in values)


def _are_quantiles(values: Sequence[Any]) -> bool:
    """Tell whether there are none, or two or more amounts, none less than the one before."""
    if not all(map(_is_amount, values)):
        return False
    return not values or (
        len(values) >= _FEWEST_QUANTILES and all(one <= next_ for one, next_ in pairwise(values))
    )


_LISTED: Final = {"paths": _are_paths, "push_delay_quantiles": _are_quantiles}


def _quantile(quantiles: Sequence[float], share: float) -> float:
    """Give the value below which this share (0 to 1) lies, straight between two quantiles."""
    if not quantiles:
        return 0.0
    below, part = divmod(share * (len(quantiles) - 1), 1)
    low, high = quantiles[int(below)], quantiles[int(below) + 1]
    return low + (high - low) * part
