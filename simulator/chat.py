"""What stands on a phone's screen: bubbles of the chat and service notices."""

from __future__ import annotations

import json
from typing import Any, Final

from simulator.store import Db

UNAVAILABLE: Final = "该公众号暂时无法提供服务，请稍后再试"


def show(
    db: Db, *, appid: str, user_id: int, at: float, side: str, kind: str, body: dict[str, Any]
) -> int:
    """Add a bubble to the chat with an account; side is `me`, `them` or `system`."""
    return _add(db, "chat", appid, user_id, at, side, kind, body)


def notify(db: Db, *, appid: str, user_id: int, at: float, kind: str, body: dict[str, Any]) -> int:
    """Add a service notice (服务通知)."""
    return _add(db, "notice", appid, user_id, at, "them", kind, body)


def screen(db: Db, user_id: int, *, after: int = 0, limit: int = 300) -> list[dict[str, Any]]:
    """Give a user's newest bubbles and notices, oldest first."""
    rows = db.execute(
        "SELECT * FROM (SELECT * FROM bubbles WHERE user_id = ? AND id > ?"
        " ORDER BY id DESC LIMIT ?) ORDER BY id",
        (user_id, after, limit),
    )
    return [{**dict(row), "body": json.loads(row["body"])} for row in rows]


def _add(
    db: Db,
    place: str,
    appid: str,
    user_id: int,
    at: float,
    side: str,
    kind: str,
    body: dict[str, Any],
) -> int:
    added = db.execute(
        "INSERT INTO bubbles (appid, user_id, at, place, side, kind, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (appid, user_id, at, place, side, kind, json.dumps(body, ensure_ascii=False)),
    )
    return int(added.lastrowid or 0)
