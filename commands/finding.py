"""What a look at one part of the installation found, and what to do about it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Health(enum.StrEnum):
    """How the part is."""

    OK = "ok"
    WARN = "warn"  #: it works, but somebody should know
    BAD = "bad"  #: people will not be served


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor's report."""

    what: str
    health: Health
    says: str
    do: str = ""


def ok(what: str, says: str) -> Finding:
    """All is well here."""
    return Finding(what=what, health=Health.OK, says=says)


def warn(what: str, says: str, do: str) -> Finding:
    """Somebody should know."""
    return Finding(what=what, health=Health.WARN, says=says, do=do)


def bad(what: str, says: str, do: str) -> Finding:
    """People will not be served."""
    return Finding(what=what, health=Health.BAD, says=says, do=do)
