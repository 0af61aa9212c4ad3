"""Codes that a person's phone hands to the product: once, for five minutes, for one purpose."""

from __future__ import annotations

import secrets
from typing import Final

from simulator.errors import Refusal
from simulator.store import Db

LIFETIME: Final = 300.0
KINDS: Final = ("js", "phone", "oauth")


def issue(db: Db, *, kind: str, appid: str, user_id: int, at: float, scope: str = "") -> str:
    """Make a code of one kind for one account."""
    code = "0" + secrets.token_urlsafe(24)
    db.execute(
        "INSERT INTO codes (code, kind, appid, user_id, scope, issued_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (code, kind, appid, user_id, scope, at),
    )
    return code


def redeem(db: Db, code: str, *, kind: str, appid: str, at: float, used: int) -> tuple[int, str]:
    """Take a code in and give the user and the scope; the second time is refused as ``used``."""
    row = db.execute(
        "SELECT * FROM codes WHERE code = ? AND kind = ? AND appid = ?", (code, kind, appid)
    ).fetchone()
    if row is None or at - row["issued_at"] > LIFETIME:
        raise Refusal(40029)
    if row["used"]:
        raise Refusal(used)
    db.execute("UPDATE codes SET used = 1 WHERE code = ?", (code,))
    return int(row["user_id"]), str(row["scope"])
