"""Tokens that lead somewhere: case code, invitation, ticket, log-in code, rating."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ids import CaseId, PersonId

CODE_SPAN = timedelta(minutes=5)  #: how long a code to somebody's number opens something


class Purpose(enum.StrEnum):
    """What a token is for; its first letter stands in the address."""

    CASE = "case"  #: /c/{token}: state and next step, nothing personal; long-lived
    PAPER = "paper"  #: /v/{token}: is this paper genuine?
    ROOM = "room"  #: /room/{token}: invitation to a meeting, leads to log-in
    SIGN = "sign"  #: /sign/{token}: invitation to review and sign, leads to log-in
    RATE = "rate"  #: /rate/{token}: one rating, one use
    MATTER = "matter"  #: /matter/{token}: the answer of a daily-life matter, leads to log-in
    DESK = "desk"  #: /desk/first/{token}: somebody of the centre chooses password and second factor
    BIND = "bind"  #: eight digits typed in the chat: somebody of the centre is known by WeChat
    VIEW = "view"  #: one minute, one use: staff go from the mini-program into a page of the desk
    FORM = "form"  #: a report form that was sent: no address, it finds the case that came of it
    TICKET = "ticket"  #: five minutes, one use, made after log-in for that person


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token means; its text is kept only as a hash (a case code also encrypted)."""

    purpose: Purpose
    subject: str  #: id of the case, meeting, agreement or matter
    case_id: CaseId
    person_id: PersonId | None = None
    participant: str = ""  #: the seat in a room
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCode:
    """A six-digit code that went to the number on file: 5 minutes, 5 tries, one use."""

    phone_index: str  #: blind index of the number
    person_id: PersonId
    code_hash: str
    expires_at: datetime
    tries: int = 0
    used: bool = False


BY_PHONE = "sms"  #: how a session began: with a code that went to the number on file
BY_PHONE_APP = "wechat+password"  #: staff on their own phone: the bound WeChat account, a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody is logged in; revocable, with idle and absolute end."""

    id_hash: str
    person_id: PersonId | None
    staff_id: str
    role: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    revoked: bool = False
    how: str = ""  #: ``wechat``, ``sms``, ``password+totp``, ``wechat+password``
    family: str = ""  #: the log-in it came from, if it renews itself; or the session that opened it


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A secret that renews a session, once: its second use shows that somebody copied it."""

    secret_hash: str
    family: str
    person_id: PersonId
    how: str
    ends_at: datetime
    used_at: datetime | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """How a party rates the service: 1 to 5, the two lowest are a bad rating (差评)."""

    case_id: CaseId
    person_id: PersonId
    stars: int
    words: str
    at: datetime
