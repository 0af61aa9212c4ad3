"""Messages from an account to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator import chat, media, notices, people, quotas, tags
from simulator.api.door import MINIPROGRAM, OFFICIAL, OK, Answer, Api, Call
from simulator.errors import Refusal
from simulator.settings import Account
from simulator.store import Db

_LONGEST_TEXT: Final = 2048


async def _custom(call: Call) -> Answer:
    await call.world.store.within(_answered, call.account, call.body, call.at)
    call.world.doorbell.ring()
    return OK


def _answered(db: Db, account: Account, asked: Mapping[str, Any], at: float) -> None:
    """Show a customer-service message, if the person's last action still allows one."""
    reader = _reader(db, account, str(asked.get("touser", "")))
    kind = str(asked.get("msgtype", ""))
    inner = asked.get(kind)
    if kind not in _SHOWN:
        raise Refusal(40008)
    if not isinstance(inner, Mapping):
        raise Refusal(40097)
    if account.kind == "official" and not reader.subscribed:
        raise Refusal(45015)
    if tags.is_blacklisted(db, reader.openid):
        raise Refusal(43019)
    body = _SHOWN[kind](db, account, inner, at)
    quotas.spend(db, reader.openid, at=at)
    chat.show(
        db,
        appid=account.appid,
        user_id=reader.user_id,
        at=at,
        side="them",
        kind=kind,
        body=body,
    )


def _reader(db: Db, account: Account, openid: str) -> people.Identity:
    try:
        reader = people.identity(db, openid)
    except people.NoSuchUser as error:
        raise Refusal(40003) from error
    if reader.appid != account.appid:
        raise Refusal(40003)
    return reader


def _text(_db: Db, _account: Account, inner: Mapping[str, Any], _at: float) -> dict[str, Any]:
    content = str(inner.get("content", ""))
    if not content:
        raise Refusal(44004)
    if len(content.encode()) > _LONGEST_TEXT:
        raise Refusal(45002)
    return {"text": content}


def _medium(db: Db, account: Account, inner: Mapping[str, Any], at: float) -> dict[str, Any]:
    found = media.find(db, str(inner.get("media_id", "")), appid=account.appid, at=at)
    return {"name": found.name}


def _news(_db: Db, _account: Account, inner: Mapping[str, Any], _at: float) -> dict[str, Any]:
    articles = inner.get("articles")
    if not isinstance(articles, list) or len(articles) != 1 or not isinstance(articles[0], Mapping):
        raise Refusal(45008)
    names = ("title", "description", "url", "picurl")
    return {"articles": [{name: str(articles[0].get(name, "")) for name in names}]}


def _menu(_db: Db, _account: Account, inner: Mapping[str, Any], _at: float) -> dict[str, Any]:
    items = inner.get("list")
    if not isinstance(items, list) or not items:
        raise Refusal(40097)
    return {
        "head": str(inner.get("head_content", "")),
        "tail": str(inner.get("tail_content", "")),
        "items": [
            {"id": str(one.get("id", "")), "text": str(one.get("content", ""))}
            for one in items
            if isinstance(one, Mapping)
        ],
    }


def _page(db: Db, account: Account, inner: Mapping[str, Any], at: float) -> dict[str, Any]:
    thumb = _medium(db, account, {"media_id": inner.get("thumb_media_id", "")}, at)
    names = {"title": "title", "appid": "appid", "pagepath": "page"}
    return {**{ours: str(inner.get(name, "")) for name, ours in names.items()}, **thumb}


_SHOWN: Final = {
    "text": _text,
    "image": _medium,
    "voice": _medium,
    "news": _news,
    "msgmenu": _menu,
    "miniprogrampage": _page,
}


async def _template(call: Call) -> Answer:
    dice = call.world.dice
    msgid, delivery = await call.world.store.within(
        notices.accept_template,
        call.account,
        call.body,
        at=call.at,
        done_at=call.at + call.world.settings.push.job_finish_seconds,
        lost=dice.concerns(call.request.path) and dice.falls(dice.faults.template_failed_percent),
    )
    if delivery is not None:
        call.world.postman.start(delivery)
    call.world.doorbell.ring()
    return {**OK, "msgid": msgid}


async def _subscribed(call: Call) -> Answer:
    msgid, delivery = await call.world.store.within(
        notices.accept_subscribed, call.account, call.body, at=call.at
    )
    call.world.postman.start(delivery)
    call.world.doorbell.ring()
    return {**OK, "msgid": msgid}


async def _typing(call: Call) -> Answer:
    if call.word("command") not in {"Typing", "CancelTyping"}:
        raise Refusal(45072)
    await call.world.store.within(_reader, call.account, call.word("touser"))
    return OK


APIS: Final = (
    Api("POST", "/cgi-bin/message/custom/send", _custom, shows_escapes=True),
    Api("POST", "/cgi-bin/message/custom/typing", _typing),
    Api("POST", "/cgi-bin/message/template/send", _template, OFFICIAL, 100_000, shows_escapes=True),
    Api(
        "POST",
        "/cgi-bin/message/subscribe/send",
        _subscribed,
        serves=MINIPROGRAM,
        daily=10_000_000,
    ),
    Api("POST", "/cgi-bin/message/subscribe/bizsend", _subscribed, serves=OFFICIAL),
)
