"""Codes to scan: tickets of the official account and codes of mini-program pages."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass
from typing import Final

import segno

from simulator.errors import Refusal
from simulator.store import Db

LONGEST_LIFE: Final = 2_592_000
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")


@dataclass(frozen=True)
class QrCode:
    """What a scanned address means."""

    ticket: str
    url: str
    appid: str
    kind: str
    scene: str
    page: str
    expires_at: float | None


def ticket(
    db: Db, appid: str, *, scene: str, expires_at: float | None, most_permanent: int
) -> QrCode:
    """Make a code that leads into the official account with a scene; of permanent ones so many."""
    if expires_at is None and _permanent(db, appid) >= most_permanent:
        raise Refusal(45009)
    url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(18)}"
    return keep(
        db, QrCode(f"gQ{secrets.token_urlsafe(60)}", url, appid, "ticket", scene, "", expires_at)
    )


def _permanent(db: Db, appid: str) -> int:
    row = db.execute(
        "SELECT COUNT(*) AS count FROM qr_codes"
        " WHERE appid = ? AND kind = 'ticket' AND expires_at IS NULL",
        (appid,),
    ).fetchone()
    return int(row["count"])


def page_code(db: Db, appid: str, base_url: str, *, scene: str, page: str) -> QrCode:
    """Make a code that opens a mini-program page; one code per page and scene."""
    if not _SCENE.fullmatch(scene):
        raise Refusal(40169)
    row = db.execute(
        "SELECT * FROM qr_codes WHERE appid = ? AND kind = 'page' AND scene = ? AND page = ?",
        (appid, scene, page),
    ).fetchone()
    if row is not None:
        return QrCode(**row)
    name = secrets.token_urlsafe(12)
    return keep(db, QrCode(name, f"{base_url}/page/{name}", appid, "page", scene, page, None))


def by_ticket(db: Db, name: str) -> QrCode | None:
    """Find the code of a ticket."""
    row = db.execute("SELECT * FROM qr_codes WHERE ticket = ?", (name,)).fetchone()
    return QrCode(**row) if row else None


def by_url(db: Db, url: str) -> QrCode | None:
    """Find what a scanned address means."""
    row = db.execute("SELECT * FROM qr_codes WHERE url = ?", (url,)).fetchone()
    return QrCode(**row) if row else None


def newest(db: Db, *, count: int = 8) -> list[QrCode]:
    """Give the codes made last."""
    rows = db.execute("SELECT * FROM qr_codes ORDER BY rowid DESC LIMIT ?", (count,))
    return [QrCode(**row) for row in rows]


def picture(text: str) -> bytes:
    """Draw a PNG that any ordinary reader decodes."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    return drawn.getvalue()


def keep(db: Db, code: QrCode) -> QrCode:
    """Remember what an address means."""
    db.execute(
        "INSERT INTO qr_codes VALUES (?, ?, ?, ?, ?, ?, ?)",
        (code.ticket, code.url, code.appid, code.kind, code.scene, code.page, code.expires_at),
    )
    return code
