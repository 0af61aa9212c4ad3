"""Template messages and subscription messages: who may get them, and what they may hold.

Source: developers.weixin.qq.com, subscribe message and template message pages; field lengths as
listed under "订阅消息参数值内容限制说明".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from simulator import chat, deliveries, people, subscriptions
from simulator.errors import Refusal
from simulator.settings import Account
from simulator.store import Db

_DEDUPLICATED_SECONDS: Final = 600.0
_LONGEST: Final = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "name": 20,
    "phrase": 5,
}
_FIELD = re.compile(r"([a-z_]+?)\d*")


def accept_template(
    db: Db, account: Account, asked: Mapping[str, Any], *, at: float, done_at: float, lost: bool
) -> tuple[int, int | None]:
    """Show a template message to a follower; gives its id and the delivery of its outcome."""
    reader = _addressee(db, account, asked)
    if not reader.subscribed:
        raise Refusal(43004)
    _check_template(account, asked)
    client_id = str(asked.get("client_msg_id", ""))
    if client_id and (earlier := _sent_before(db, reader.openid, client_id, at)) is not None:
        return earlier, None
    msgid = deliveries.next_number(db)
    if client_id:
        db.execute(
            "INSERT OR REPLACE INTO sent_notices VALUES (?, ?, ?, ?)",
            (reader.openid, client_id, msgid, at),
        )
    if not (reader.blocked or lost):
        body = {**_shown(asked), "url": str(asked.get("url", "")), "msgid": msgid}
        chat.show(
            db,
            appid=account.appid,
            user_id=reader.user_id,
            at=at,
            side="them",
            kind="template",
            body=body,
        )
    finished = _job_finish(account, reader, msgid, at=done_at, lost=lost)
    return msgid, deliveries.report(db, reader, finished, due_at=done_at)


def accept_subscribed(
    db: Db, account: Account, asked: Mapping[str, Any], *, at: float
) -> tuple[str, int]:
    """Show a notice that its reader subscribed to, using one acceptance up."""
    reader = _addressee(db, account, asked)
    _check_template(account, asked)
    _check_fields(asked.get("data"))
    page = str(asked.get("page", ""))
    if account.pages and page and page.split("?", maxsplit=1)[0] not in account.pages:
        raise Refusal(41030)
    template_id = str(asked["template_id"])
    subscriptions.use(db, reader.openid, template_id)
    body = {**_shown(asked), "page": page}
    chat.notify(
        db, appid=account.appid, user_id=reader.user_id, at=at, kind="subscribed", body=body
    )
    msgid = str(deliveries.next_number(db))
    sent = {"TemplateId": template_id, "MsgID": msgid, "ErrorCode": 0, "ErrorStatus": "success"}
    event = subscriptions.SENT.of(account, reader.openid, [sent], at=at)
    return msgid, deliveries.report(db, reader, event, due_at=at)


def _job_finish(
    account: Account, reader: people.Identity, msgid: int, *, at: float, lost: bool
) -> dict[str, Any]:
    failed = "failed: system failed" if lost else "failed:user block"  # blanks as published
    return {
        "ToUserName": account.original_id,
        "FromUserName": reader.openid,
        "CreateTime": int(at),
        "MsgType": "event",
        "Event": "TEMPLATESENDJOBFINISH",
        "MsgID": msgid,
        "Status": failed if lost or reader.blocked else "success",
    }


def _addressee(db: Db, account: Account, asked: Mapping[str, Any]) -> people.Identity:
    try:
        reader = people.identity(db, str(asked.get("touser", "")))
    except people.NoSuchUser as error:
        raise Refusal(40003) from error
    if reader.appid != account.appid:
        raise Refusal(40003)
    return reader


def _check_template(account: Account, asked: Mapping[str, Any]) -> None:
    template_id = str(asked.get("template_id", ""))
    if not template_id or (account.templates and template_id not in account.templates):
        raise Refusal(40037)


def _check_fields(data: object) -> None:
    if not isinstance(data, Mapping) or not data:
        raise Refusal(47003, "data is empty")
    for name, holder in data.items():
        value = holder.get("value") if isinstance(holder, Mapping) else None
        text = "" if value is None else str(value)
        if not text:
            raise Refusal(47003, f"data.{name}.value is empty")
        kind = _FIELD.fullmatch(name)
        longest = _LONGEST.get(kind[1], 0) if kind else 0
        if "\n" in text or (longest and len(text) > longest):
            raise Refusal(47003, f"data.{name}.value invalid")


def _sent_before(db: Db, openid: str, client_id: str, at: float) -> int | None:
    row = db.execute(
        "SELECT msgid FROM sent_notices WHERE openid = ? AND client_msg_id = ? AND at > ?",
        (openid, client_id, at - _DEDUPLICATED_SECONDS),
    ).fetchone()
    return int(row["msgid"]) if row else None


def _shown(asked: Mapping[str, Any]) -> dict[str, Any]:
    data = asked.get("data")
    lines = []
    if isinstance(data, Mapping):
        lines = [
            {"name": name, "value": str(held.get("value", "") if isinstance(held, Mapping) else "")}
            for name, held in data.items()
        ]
    return {"template_id": str(asked.get("template_id", "")), "lines": lines}
