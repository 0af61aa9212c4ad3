"""Messages on their way to the product, each a row until an answer counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from simulator.people import Identity
from simulator.replies import Verdict
from simulator.store import Db

NOBODY = 0  #: the user of what the platform itself says, and no person
_FIRST_MSG_ID = 24_000_000_000_000_000


@dataclass(frozen=True)
class Delivery:
    """One message to be pushed; `attempts` counts those that ended."""

    id: int
    appid: str
    openid: str
    user_id: int
    fields: dict[str, Any]
    answered_on_screen: bool
    due_at: float
    attempts: int
    state: str
    outcome: str
    detail: str
    reply: dict[str, Any] | None


def queue(
    db: Db,
    *,
    appid: str,
    openid: str,
    user_id: int,
    fields: dict[str, Any],
    answered_on_screen: bool,
    due_at: float,
) -> int:
    """Write a message down before it is pushed."""
    added = db.execute(
        "INSERT INTO deliveries (appid, openid, user_id, fields, answered_on_screen, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            appid,
            openid,
            user_id,
            json.dumps(fields, ensure_ascii=False),
            answered_on_screen,
            due_at,
        ),
    )
    return int(added.lastrowid or 0)


def report(db: Db, about: Identity, fields: dict[str, Any], *, due_at: float) -> int:
    """Write an event about a person down, whose answer stands on no screen."""
    return queue(
        db,
        appid=about.appid,
        openid=about.openid,
        user_id=about.user_id,
        fields=fields,
        answered_on_screen=False,
        due_at=due_at,
    )


def load(db: Db, delivery_id: int) -> Delivery:
    """Read a delivery."""
    row = db.execute("SELECT * FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
    columns = dict(row)
    columns["fields"] = json.loads(columns["fields"])
    columns["answered_on_screen"] = bool(columns["answered_on_screen"])
    columns["reply"] = json.loads(columns["reply"]) if columns["reply"] else None
    return Delivery(**columns)


def pending(db: Db) -> list[int]:
    """Give the deliveries that still wait for an answer, oldest first."""
    rows = db.execute("SELECT id FROM deliveries WHERE state = 'pending' ORDER BY id")
    return [row["id"] for row in rows]


def waiting(db: Db, openid: str) -> int:
    """Count a person's own messages that still wait for their answer."""
    row = db.execute(
        "SELECT COUNT(*) AS count FROM deliveries"
        " WHERE openid = ? AND state = 'pending' AND answered_on_screen",
        (openid,),
    ).fetchone()
    return int(row["count"])


def count_attempt(db: Db, delivery_id: int, *, detail: str) -> None:
    """Count an attempt that ended."""
    db.execute(
        "UPDATE deliveries SET attempts = attempts + 1, detail = ? WHERE id = ?",
        (detail, delivery_id),
    )


def conclude(db: Db, delivery_id: int, verdict: Verdict) -> None:
    """Close a delivery with its verdict."""
    reply = json.dumps(verdict.reply, ensure_ascii=False) if verdict.reply else None
    db.execute(
        "UPDATE deliveries SET state = 'done', outcome = ?, detail = ?, reply = ? WHERE id = ?",
        (verdict.outcome, verdict.detail, reply, delivery_id),
    )


def next_number(db: Db) -> int:
    """Give the next message id."""
    row = db.execute(
        "INSERT INTO memory VALUES ('message', '1')"
        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
    ).fetchone()
    return _FIRST_MSG_ID + int(row["value"])


def last_number(db: Db) -> int:
    """Give the last message id once more, which the real platform has been seen to do."""
    row = db.execute("SELECT value FROM memory WHERE name = 'message'").fetchone()
    return _FIRST_MSG_ID + int(row["value"]) if row else next_number(db)
