"""Mass messages (群发): whom they reach, how often a month, and the report of what became of them.

Source: developers.weixin.qq.com, 群发接口和原创校验: four a calendar month for each person, one
a day and four a month to everybody; a call with a ``clientmsgid`` that was used is refused with the
id of the first (45065); under group-send protection an administrator confirms within 30 minutes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulator import chat, deliveries, media, people, tags
from simulator.errors import Refusal
from simulator.settings import Account
from simulator.store import Db

A_MONTH: Final = 4
TO_ALL_A_DAY: Final = 1
FEWEST_NAMED: Final = 2
MOST_NAMED: Final = 10_000
CONFIRMED_WITHIN: Final = 1800.0
SPEEDS: Final = (80, 60, 45, 30, 10)  #: 万 a minute, from speed 0 to 4
HELPER: Final = "mphelper"  #: who reports a mass message, instead of a person
_BEIJING = timedelta(hours=8)
_DEDUPLICATED: Final = 86400.0


class AlreadySent(Refusal):
    """The ``clientmsgid`` was used; the answer names the message that it stood for."""

    def __init__(self, msg_id: int) -> None:
        super().__init__(45065)
        self.msg_id = msg_id


@dataclass(frozen=True)
class Job:
    """One mass message; ``openids`` are everybody it was meant for."""

    id: int
    appid: str
    state: str  #: `waiting`, `sent`, `refused`
    client_id: str
    kind: str
    body: Mapping[str, Any]
    openids: Sequence[str]
    at: float


def submit(
    db: Db, account: Account, asked: Mapping[str, Any], *, at: float, confirmed: bool
) -> Job:
    """Take a mass message on; unless it waits for the administrator it is shown at once."""
    client_id = str(asked.get("clientmsgid", ""))
    if client_id and (earlier := _earlier(db, account.appid, client_id, at)) is not None:
        raise AlreadySent(earlier)
    kind, body = _said(db, account, asked, at)
    openids, to_all = _audience(db, account, asked)
    month, day = _month(at), _day(at)
    if to_all:
        _count_to_all(db, account.appid, month, day)
    job = Job(
        id=deliveries.next_number(db) % 10_000_000_000,
        appid=account.appid,
        state="sent" if confirmed else "waiting",
        client_id=client_id,
        kind=kind,
        body=body,
        openids=openids,
        at=at,
    )
    db.execute(
        "INSERT INTO masses VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (job.id, job.appid, job.state, client_id, kind, _text(body), _text(list(openids)), at),
    )
    return job


def confirm(
    db: Db, account: Account, msg_id: int, *, allow: bool, at: float, done_at: float
) -> int | None:
    """Let the administrator decide and give the delivery of the report; too late is refused."""
    job = find(db, account.appid, msg_id)
    if job is None or job.state != "waiting":
        return None
    allowed = allow and at - job.at <= CONFIRMED_WITHIN
    decided = replace(job, state="sent" if allowed else "refused")
    db.execute("UPDATE masses SET state = ? WHERE id = ?", (decided.state, job.id))
    return deliver(db, account, decided, at=at, done_at=done_at)


def deliver(db: Db, account: Account, job: Job, *, at: float, done_at: float) -> int:
    """Show the message to everybody who may still get one, and queue the report."""
    reached = failed = filtered = 0
    for openid in job.openids if job.state == "sent" else ():
        reader = people.identity(db, openid)
        if tags.is_blacklisted(db, openid) or not reader.subscribed:
            filtered += 1
        elif not _use_quota(db, openid, _month(at)):
            failed += 1
        else:
            reached += 1
            chat.show(
                db,
                appid=account.appid,
                user_id=reader.user_id,
                at=at,
                side="them",
                kind=job.kind,
                body=dict(job.body),
            )
    fields = {
        "ToUserName": account.original_id,
        "FromUserName": HELPER,
        "CreateTime": int(done_at),
        "MsgType": "event",
        "Event": "MASSSENDJOBFINISH",
        "MsgID": job.id,
        "Status": "send success" if job.state == "sent" else "send fail",
        "TotalCount": len(job.openids),
        "FilterCount": len(job.openids) - filtered,
        "SentCount": reached,
        "ErrorCount": failed,
    }
    return deliveries.queue(
        db,
        appid=account.appid,
        openid=HELPER,
        user_id=deliveries.NOBODY,
        fields=fields,
        answered_on_screen=False,
        due_at=done_at,
    )


def preview(db: Db, account: Account, asked: Mapping[str, Any], *, at: float) -> None:
    """Show the message to one follower, as its makers look at it before."""
    reader = _follower(db, account, str(asked.get("touser", "")))
    kind, body = _said(db, account, asked, at)
    chat.show(
        db,
        appid=account.appid,
        user_id=reader.user_id,
        at=at,
        side="them",
        kind=kind,
        body=body,
    )


def find(db: Db, appid: str, msg_id: int) -> Job | None:
    """Find a mass message of an account."""
    row = db.execute("SELECT * FROM masses WHERE id = ? AND appid = ?", (msg_id, appid)).fetchone()
    if row is None:
        return None
    kept = dict(row)
    return Job(**{**kept, "body": json.loads(kept["body"]), "openids": json.loads(kept["openids"])})


def _earlier(db: Db, appid: str, client_id: str, at: float) -> int | None:
    row = db.execute(
        "SELECT id FROM masses WHERE appid = ? AND client_id = ? AND at > ?",
        (appid, client_id, at - _DEDUPLICATED),
    ).fetchone()
    return int(row["id"]) if row else None


def _audience(db: Db, account: Account, asked: Mapping[str, Any]) -> tuple[Sequence[str], bool]:
    """Tell whom a call names, and whether that is everybody."""
    chosen = asked.get("filter")
    if isinstance(chosen, Mapping):
        if chosen.get("is_to_all") is True:
            return people.followers(db, account.appid), True
        tag = chosen.get("tag_id")
        if isinstance(tag, bool) or not isinstance(tag, int):
            raise Refusal(45159)
        return tags.people_with(db, account.appid, tag), False
    named = asked.get("touser")
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise Refusal(40031)
    if len(named) < FEWEST_NAMED:
        raise Refusal(40130)
    if len(named) > MOST_NAMED:
        raise Refusal(40032)
    return [openid for openid in named if _is_known(db, account, openid)], False


def _is_known(db: Db, account: Account, openid: str) -> bool:
    """Tell whether an openid is the account's; the platform passes over the others."""
    try:
        return people.identity(db, openid).appid == account.appid
    except people.NoSuchUser:
        return False


def _follower(db: Db, account: Account, openid: str) -> people.Identity:
    if not _is_known(db, account, openid):
        raise Refusal(40003)
    reader = people.identity(db, openid)
    if not reader.subscribed:
        raise Refusal(43004)
    return reader


def _said(
    db: Db, account: Account, asked: Mapping[str, Any], at: float
) -> tuple[str, dict[str, Any]]:
    kind = str(asked.get("msgtype", ""))
    inner = asked.get(kind)
    if kind not in {"text", "image", "voice"}:
        raise Refusal(40008)
    if not isinstance(inner, Mapping):
        raise Refusal(40097)
    if kind == "text":
        if not inner.get("content"):
            raise Refusal(44004)
        return kind, {"text": str(inner["content"])}
    named = str(inner.get("media_id", ""))
    return kind, {"name": media.find(db, named, appid=account.appid, at=at).name}


def _count_to_all(db: Db, appid: str, month: str, day: str) -> None:
    for span, most in ((day, TO_ALL_A_DAY), (month, A_MONTH)):
        if not _use(db, appid, span, most):
            raise Refusal(45028)


def _use_quota(db: Db, openid: str, month: str) -> bool:
    return _use(db, openid, month, A_MONTH)


def _use(db: Db, whose: str, span: str, most: int) -> bool:
    used = db.execute(
        "INSERT INTO mass_quota VALUES (?, ?, 1) ON CONFLICT (whose, span)"
        " DO UPDATE SET used = used + 1 WHERE used < ?",
        (whose, span, most),
    )
    return used.rowcount > 0


def _month(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC) + _BEIJING:%Y-%m}"


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC) + _BEIJING:%Y-%m-%d}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
