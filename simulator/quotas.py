"""What an account may still send: answers per user action, and calls per day and minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from simulator.errors import Refusal
from simulator.store import Db

_BEIJING = timedelta(hours=8)
_CLEARS_PER_MONTH = 10
# Per user action: how many messages within how many seconds
# (developers.weixin.qq.com/doc/offiaccount/Customer_Service/Customer_Service_Messages).
ALLOWANCES: Final = {
    "message": (5, 48 * 3600.0),
    "menu": (3, 60.0),
    "follow": (3, 60.0),
    "scan": (3, 60.0),
    "enter": (2, 60.0),
}


def allow(db: Db, openid: str, action: str, *, at: float, anew: bool) -> None:
    """Let the account answer this action of the user: all anew, or what is left, for longer."""
    most, seconds = ALLOWANCES[action]
    left = most if anew else _left(db, openid, action, at=at, most=most)
    db.execute(
        "INSERT OR REPLACE INTO allowances VALUES (?, ?, ?, ?)",
        (openid, action, left, at + seconds),
    )


def spend(db: Db, openid: str, *, at: float) -> None:
    """Use one allowed answer, from the allowance that ends first."""
    alive = db.execute(
        "SELECT kind, left FROM allowances WHERE openid = ? AND expires_at > ? ORDER BY expires_at",
        (openid, at),
    ).fetchall()
    if not alive:
        raise Refusal(45015)
    usable = next((row["kind"] for row in alive if row["left"] > 0), None)
    if usable is None:
        raise Refusal(45047)
    db.execute(
        "UPDATE allowances SET left = left - 1 WHERE openid = ? AND kind = ?", (openid, usable)
    )


def _left(db: Db, openid: str, action: str, *, at: float, most: int) -> int:
    row = db.execute(
        "SELECT left FROM allowances WHERE openid = ? AND kind = ? AND expires_at > ?",
        (openid, action, at),
    ).fetchone()
    return int(row["left"]) if row else most


def forfeit(db: Db, openid: str) -> None:
    """Take every allowance away, as unfollowing does."""
    db.execute("DELETE FROM allowances WHERE openid = ?", (openid,))


def count(db: Db, appid: str, path: str, *, at: float, daily: int, minutely: int) -> None:
    """Count a call and refuse it beyond the day's or the minute's limit."""
    beijing = _beijing(at)
    if _counted(db, appid, path, f"{beijing:%Y-%m-%d}") > daily:
        raise Refusal(45009)
    if _counted(db, appid, path, f"{beijing:%Y-%m-%d %H:%M}") > minutely:
        raise Refusal(45011)


def used_today(db: Db, appid: str, path: str, *, at: float) -> int:
    """Tell how many calls the account made today."""
    row = db.execute(
        "SELECT count FROM usage WHERE appid = ? AND path = ? AND span = ?",
        (appid, path, f"{_beijing(at):%Y-%m-%d}"),
    ).fetchone()
    return int(row["count"]) if row else 0


def clear(db: Db, appid: str, *, at: float, path: str = "") -> None:
    """Forget the counts of an account, or of one path of it, ten times a month in all."""
    if _counted(db, appid, "clear_quota", f"{_beijing(at):%Y-%m}") > _CLEARS_PER_MONTH:
        raise Refusal(48006)
    db.execute(
        "DELETE FROM usage WHERE appid = ? AND path <> 'clear_quota' AND ? IN ('', path)",
        (appid, path),
    )


def _counted(db: Db, appid: str, path: str, span: str) -> int:
    row = db.execute(
        "INSERT INTO usage VALUES (?, ?, ?, 1)"
        " ON CONFLICT (appid, path, span) DO UPDATE SET count = count + 1 RETURNING count",
        (appid, path, span),
    ).fetchone()
    return int(row["count"])


def _beijing(at: float) -> datetime:
    """The platform's day begins at midnight in Beijing."""
    return datetime.fromtimestamp(at, UTC) + _BEIJING
