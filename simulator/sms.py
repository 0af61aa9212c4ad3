"""The SMS gateway's rules: a signed request, accepted once per id."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any, Final

from simulator.people import PHONE
from simulator.store import Db

_WINDOW: Final = 300.0
_LONGEST_ID: Final = 128
_LONGEST_TEXT: Final = 500
_SCHEME: Final = "HMAC-SHA256 "


class BadSms(Exception):
    """The gateway refuses; `status` and `code` go back to the sender."""

    def __init__(self, status: int, code: str, sms_id: str | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.sms_id = sms_id


@dataclass(frozen=True)
class Sms:
    """A message to a number."""

    id: str
    to: str
    text: str


def check_signature(
    key: str, *, authorization: str, timestamp: str, body: bytes, at: float
) -> None:
    """Refuse a request that the holder of the key did not sign just now."""
    signed = hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"{_SCHEME}{signed}".encode(), authorization.encode()):
        raise BadSms(401, "signature")
    if not (timestamp.isascii() and timestamp.isdecimal()) or abs(int(timestamp) - at) > _WINDOW:
        raise BadSms(401, "timestamp")


def read_sms(body: bytes) -> Sms:
    """Read a request strictly."""
    try:
        asked: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadSms(400, "malformed") from error
    if not isinstance(asked, dict) or set(asked) != {"id", "to", "text"}:
        raise BadSms(400, "malformed")
    sms_id, to, text = asked["id"], asked["to"], asked["text"]
    if not (isinstance(sms_id, str) and 1 <= len(sms_id) <= _LONGEST_ID):
        raise BadSms(400, "malformed")
    if not (isinstance(to, str) and PHONE.fullmatch(to)):
        raise BadSms(400, "malformed", sms_id)
    if not (isinstance(text, str) and 1 <= len(text) <= _LONGEST_TEXT):
        raise BadSms(400, "malformed", sms_id)
    return Sms(sms_id, to, text)


def accept(db: Db, sms: Sms, *, at: float) -> bool:
    """Take a message over; gives False for one that was taken over before."""
    row = db.execute("SELECT number, text FROM sms WHERE id = ?", (sms.id,)).fetchone()
    if row is None:
        db.execute("INSERT INTO sms VALUES (?, ?, ?, ?)", (sms.id, sms.to, sms.text, at))
        return True
    if (row["number"], row["text"]) != (sms.to, sms.text):
        raise BadSms(409, "id-reused", sms.id)
    return False


def received(db: Db, number: str) -> list[dict[str, Any]]:
    """Give the messages of a number, oldest first."""
    rows = db.execute("SELECT id, text, at FROM sms WHERE number = ? ORDER BY rowid", (number,))
    return [dict(row) for row in rows]
