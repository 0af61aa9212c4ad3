"""Pictures and voices, kept three days as on the real platform."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.errors import Refusal
from simulator.store import Db

LIFETIME: Final = 3 * 86400.0
_MIB = 1 << 20
_AMR_FRAME_OF_SILENCE = bytes([0x3C, 0x91, 0x17, 0x16, 0xBE, 0x66] + [0] * 26)
_LARGEST: Final = {"image": 10 * _MIB, "voice": 2 * _MIB, "video": 10 * _MIB, "thumb": 64 << 10}
_MAGIC: Final = {
    b"\x89PNG\r\n\x1a\n": ("image/png", "image"),
    b"\xff\xd8\xff": ("image/jpeg", "image"),
    b"GIF8": ("image/gif", "image"),
    b"#!AMR": ("audio/amr", "voice"),
    b"ID3": ("audio/mpeg", "voice"),
    b"\xff\xfb": ("audio/mpeg", "voice"),
}


@dataclass(frozen=True)
class Medium:
    """One kept file; `name` is its file name and its unguessable public name."""

    media_id: str
    name: str
    appid: str
    kind: str
    content_type: str
    created_at: float


def keep(db: Db, folder: Path, *, appid: str, kind: str, data: bytes, at: float) -> Medium:
    """Check type and size as the platform does and keep the file."""
    content_type = _content_type(kind, data)
    if len(data) > _LARGEST[kind]:
        raise Refusal(40006)
    name = secrets.token_urlsafe(24)
    (folder / name).write_bytes(data)
    medium = Medium(secrets.token_urlsafe(48), name, appid, kind, content_type, at)
    db.execute(
        "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?)",
        (medium.media_id, name, appid, kind, content_type, at),
    )
    return medium


def find(db: Db, media_id: str, *, appid: str, at: float) -> Medium:
    """Find a file that is not yet three days old."""
    row = db.execute(
        "SELECT * FROM media WHERE media_id = ? AND appid = ?", (media_id, appid)
    ).fetchone()
    if row is None or at - row["created_at"] > LIFETIME:
        raise Refusal(40007)
    return Medium(**row)


def named(db: Db, name: str) -> Medium | None:
    """Find a file by its public name."""
    row = db.execute("SELECT * FROM media WHERE name = ?", (name,)).fetchone()
    return Medium(**row) if row else None


def silence(seconds: int) -> bytes:
    """Make an AMR voice of silence, 50 frames a second."""
    return b"#!AMR\n" + _AMR_FRAME_OF_SILENCE * (50 * seconds)


def _content_type(kind: str, data: bytes) -> str:
    if kind not in _LARGEST:
        raise Refusal(40004)
    if not data:
        raise Refusal(41005)
    if kind == "video":
        return "video/mp4"
    for magic, (content_type, sort) in _MAGIC.items():
        if data.startswith(magic) and sort == ("image" if kind == "thumb" else kind):
            return content_type
    raise Refusal(40004)
