"""The authenticator on the phone: current codes of the staff's second factor (RFC 6238)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any, Final

from simulator.store import Db

STEP: Final = 30
_DIGITS: Final = 6


class BadSecret(Exception):
    """The secret is not base32."""


def remember(db: Db, name: str, secret: str) -> None:
    """Keep a secret under the name of its owner."""
    _key(secret)
    db.execute("INSERT OR REPLACE INTO authenticators VALUES (?, ?)", (name, secret))


def codes(db: Db, *, at: float) -> list[dict[str, Any]]:
    """Give everybody's current code and how long it still holds."""
    rows = db.execute("SELECT name, secret FROM authenticators ORDER BY rowid").fetchall()
    left = STEP - int(at) % STEP
    return [
        {"name": r["name"], "code": totp(r["secret"], at=at), "seconds_left": left} for r in rows
    ]


def totp(secret: str, *, at: float) -> str:
    """Compute the code of this half minute."""
    digest = hmac.digest(_key(secret), (int(at) // STEP).to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def _key(secret: str) -> bytes:
    plain = secret.replace(" ", "").upper().rstrip("=")
    try:
        key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error as error:
        raise BadSecret from error
    if not key:
        raise BadSecret
    return key
