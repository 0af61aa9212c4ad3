"""What happened at every face, for testers: `GET /_sim/log`."""

from __future__ import annotations

import json
from typing import Any, Final

from simulator.store import Db

_KEPT: Final = 20_000


def note(db: Db, *, at: float, face: str, what: str, detail: dict[str, Any]) -> None:
    """Write a line and forget the oldest."""
    added = db.execute(
        "INSERT INTO log (at, face, what, detail) VALUES (?, ?, ?, ?)",
        (at, face, what, json.dumps(detail, ensure_ascii=False)),
    )
    db.execute("DELETE FROM log WHERE id <= ?", ((added.lastrowid or 0) - _KEPT,))


def of_request(db: Db, rid: str) -> dict[str, Any] | None:
    """Find the line of a refused call by the id that its refusal printed."""
    row = db.execute(
        "SELECT * FROM log WHERE face = 'api' AND json_extract(detail, '$.rid') = ?", (rid,)
    ).fetchone()
    return {**dict(row), "detail": json.loads(row["detail"])} if row else None


def read(db: Db, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Give the lines after one, oldest first."""
    rows = db.execute("SELECT * FROM log WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
    return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]
