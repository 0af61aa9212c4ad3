"""Access tokens: two kinds that do not disturb each other.

Source: developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.
"""

from __future__ import annotations

import secrets
from typing import Final

from simulator.errors import Refusal
from simulator.store import Db

LIFETIME: Final = 7200.0
OVERLAP: Final = 300.0
_FORCED_PER_DAY = 20
_FORCED_APART = 30.0
_DAY = 86400.0
_SHORTEST = 20


def stable_token(db: Db, appid: str, *, at: float) -> tuple[str, int]:
    """Give the current stable token, or a new one in the last five minutes of the old."""
    row = db.execute(
        "SELECT token, expires_at FROM tokens WHERE appid = ? AND kind = 'stable' AND NOT revoked"
        " AND expires_at > ? ORDER BY issued_at DESC, rowid DESC LIMIT 1",
        (appid, at + OVERLAP),
    ).fetchone()
    if row is not None:
        return row["token"], int(row["expires_at"] - at)
    return _issue(db, appid, "stable", at)


def forced_token(db: Db, appid: str, *, at: float, early: int) -> tuple[str, int]:
    """Give a new stable token and kill the old ones at once; 20 a day, 30 s apart (``early``)."""
    db.execute("DELETE FROM refreshes WHERE at <= ?", (at - _DAY,))
    row = db.execute(
        "SELECT COUNT(*) AS count, MAX(at) AS last FROM refreshes WHERE appid = ?", (appid,)
    ).fetchone()
    if row["count"] >= _FORCED_PER_DAY:
        raise Refusal(45009)
    if row["last"] is not None and at - row["last"] < _FORCED_APART:
        raise Refusal(early)
    db.execute("INSERT INTO refreshes VALUES (?, ?)", (appid, at))
    db.execute("UPDATE tokens SET revoked = 1 WHERE appid = ? AND kind = 'stable'", (appid,))
    return _issue(db, appid, "stable", at)


def legacy_token(db: Db, appid: str, *, at: float) -> tuple[str, int]:
    """Give a new token; earlier ones of this kind live five minutes more at most."""
    db.execute(
        "UPDATE tokens SET expires_at = MIN(expires_at, ?) WHERE appid = ? AND kind = 'legacy'",
        (at + OVERLAP, appid),
    )
    return _issue(db, appid, "legacy", at)


def owner(db: Db, token: str, *, at: float) -> str:
    """Tell whose token this is, or why it is no good."""
    if not token:
        raise Refusal(41001)
    if len(token) < _SHORTEST:
        raise Refusal(40014)
    row = db.execute("SELECT * FROM tokens WHERE token = ?", (token,)).fetchone()
    if row is None or row["revoked"]:
        raise Refusal(40001)
    if row["expires_at"] <= at:
        raise Refusal(42001)
    return str(row["appid"])


def revoke_all(db: Db, appid: str) -> None:
    """Kill every token of an account, as a reset of its secret does."""
    db.execute("UPDATE tokens SET revoked = 1 WHERE appid = ?", (appid,))


def _issue(db: Db, appid: str, kind: str, at: float) -> tuple[str, int]:
    token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(96)}"
    db.execute(
        "INSERT INTO tokens (token, appid, kind, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (token, appid, kind, at, at + LIFETIME),
    )
    return token, int(LIFETIME)
