"""The invented people: one user, one phone number, one openid per account."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from simulator.settings import Account, Person
from simulator.store import Db

PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")
_OPENID_BYTES = 20


class NoSuchUser(Exception):
    """No user has this openid or number."""


@dataclass(frozen=True)
class User:
    """A person with a phone."""

    id: int
    name: str
    phone: str
    unionid: str


@dataclass(frozen=True)
class Identity:
    """What one account knows a user as."""

    openid: str
    appid: str
    user_id: int
    subscribed: bool
    subscribed_at: float
    scene: str
    qr_scene: str
    blocked: bool
    last_seen: float


def enrol(db: Db, *, seed: str, accounts: tuple[Account, ...], person: Person) -> User:
    """Give a person a phone and an openid per account; the same number is the same user."""
    unionid = _pseudonym(seed, "union", person.phone)
    db.execute(
        "INSERT INTO users (name, phone, unionid) VALUES (?, ?, ?)"
        " ON CONFLICT (phone) DO UPDATE SET name = excluded.name",
        (person.name, person.phone, unionid),
    )
    user = user_of_phone(db, person.phone)
    for account in accounts:
        openid = _pseudonym(seed, account.appid, person.phone)
        db.execute(
            "INSERT OR IGNORE INTO identities (openid, appid, user_id) VALUES (?, ?, ?)",
            (openid, account.appid, user.id),
        )
    return user


def everybody(db: Db) -> list[User]:
    """All users in the order of enrolment."""
    return [User(**row) for row in db.execute("SELECT * FROM users ORDER BY id")]


def user_of_phone(db: Db, phone: str) -> User:
    """Find the user of a number."""
    row = db.execute("SELECT * FROM users WHERE phone = ?", (phone,)).fetchone()
    if row is None:
        raise NoSuchUser(phone)
    return User(**row)


def user_of_id(db: Db, user_id: int) -> User:
    """Find a user."""
    row = db.execute("SELECT * FROM users WHERE id = ?", (user_id,)).fetchone()
    if row is None:
        raise NoSuchUser(str(user_id))
    return User(**row)


def identity(db: Db, openid: str) -> Identity:
    """Find who an openid is."""
    row = db.execute("SELECT * FROM identities WHERE openid = ?", (openid,)).fetchone()
    if row is None:
        raise NoSuchUser(openid)
    return _identity(row)


def identity_of(db: Db, user_id: int, appid: str) -> Identity:
    """Find what an account knows a user as."""
    row = db.execute(
        "SELECT * FROM identities WHERE user_id = ? AND appid = ?", (user_id, appid)
    ).fetchone()
    if row is None:
        raise NoSuchUser(f"{user_id} at {appid}")
    return _identity(row)


def unionid_of(db: Db, user_id: int, *, open_platform: bool) -> dict[str, str]:
    """Give the field that only accounts bound to one Open Platform account are told."""
    return {"unionid": user_of_id(db, user_id).unionid} if open_platform else {}


def openids(db: Db, user_id: int) -> dict[str, str]:
    """Give a user's openid per appid."""
    rows = db.execute("SELECT appid, openid FROM identities WHERE user_id = ?", (user_id,))
    return {row["appid"]: row["openid"] for row in rows}


def follow(db: Db, openid: str, *, at: float, scene: str, qr_scene: str) -> None:
    """Remember that the user follows the account, and by which way."""
    db.execute(
        "UPDATE identities SET subscribed = 1, subscribed_at = ?, scene = ?, qr_scene = ?"
        " WHERE openid = ?",
        (at, scene, qr_scene, openid),
    )


def unfollow(db: Db, openid: str) -> None:
    """Remember that the user left."""
    db.execute("UPDATE identities SET subscribed = 0 WHERE openid = ?", (openid,))


def block(db: Db, openid: str, *, blocked: bool) -> None:
    """Let the user refuse the account's template messages, or take them again."""
    db.execute("UPDATE identities SET blocked = ? WHERE openid = ?", (blocked, openid))


def followers(db: Db, appid: str) -> list[str]:
    """Openids of everybody who follows an account."""
    rows = db.execute(
        "SELECT openid FROM identities WHERE appid = ? AND subscribed = 1 ORDER BY openid", (appid,)
    )
    return [row["openid"] for row in rows]


def saw(db: Db, openid: str, *, at: float) -> None:
    """Remember that the user was active in the account just now."""
    db.execute("UPDATE identities SET last_seen = ? WHERE openid = ?", (at, openid))


def hold_phone(db: Db, session: str, user_id: int) -> str:
    """Put a phone (one browser) into a user's hand."""
    session = session or secrets.token_urlsafe(24)
    db.execute("INSERT OR REPLACE INTO phone_sessions VALUES (?, ?)", (session, user_id))
    return session


def holder(db: Db, session: str) -> User | None:
    """Tell who holds this phone, if anybody."""
    row = db.execute(
        "SELECT users.* FROM users JOIN phone_sessions ON user_id = users.id"
        " WHERE phone_sessions.id = ?",
        (session,),
    ).fetchone()
    return User(**row) if row else None


def _identity(row: dict[str, object]) -> Identity:
    known = {key: row[key] for key in row.keys()}  # noqa: SIM118 (a sqlite row iterates its values)
    known["subscribed"] = bool(known["subscribed"])
    known["blocked"] = bool(known["blocked"])
    return Identity(**known)  # type: ignore[arg-type]  # columns and fields have the same names


def _pseudonym(seed: str, realm: str, phone: str) -> str:
    """28 characters beginning with o, as real openids look."""
    digest = hmac.digest(seed.encode(), f"{realm}\n{phone}".encode(), hashlib.sha256)
    return "o" + base64.urlsafe_b64encode(digest[:_OPENID_BYTES]).decode().rstrip("=")
