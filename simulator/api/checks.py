"""Content checks: words at once, pictures and voices by a push later.

Source: developers.weixin.qq.com, 文本内容安全识别 and 音视频内容安全识别 (version 2).
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from simulator import deliveries, people
from simulator.api.door import MINIPROGRAM, OK, Answer, Api, Call
from simulator.errors import Refusal
from simulator.settings import Account
from simulator.store import Db

_LONGEST_CHECKED: Final = 2500
_RECENT: Final = 2 * 3600.0
_SCENES: Final = (1, 2, 3, 4)
_RISKY: Final = ("刷单返利", "代办假证")
_MEDIA: Final = (1, 2)  #: audio, image
_HARMLESS: Final = ("pass", 100)
_RISK: Final = ("risky", 20012)


async def _check_text(call: Call) -> Answer:
    content, scene = call.word("content"), call.body.get("scene")
    if scene not in _SCENES:
        raise Refusal(40129)
    if not content or len(content) > _LONGEST_CHECKED:
        raise Refusal(45002)
    await call.world.store.within(_check_recent, call.account, call.word("openid"), call.at)
    suggest, label = _RISK if any(word in content for word in _RISKY) else _HARMLESS
    verdict = {"suggest": suggest, "label": label}
    detail = {"strategy": "content_model", "errcode": 0, **verdict, "prob": 90}
    return {**OK, "trace_id": _trace(), "result": verdict, "detail": [detail]}


def _check_recent(db: Db, account: Account, openid: str, at: float) -> None:
    """Only who used the mini-program in the last two hours may have words checked."""
    try:
        writer = people.identity(db, openid)
    except people.NoSuchUser as error:
        raise Refusal(40003) from error
    if writer.appid != account.appid:
        raise Refusal(43104)
    if at - writer.last_seen > _RECENT:
        raise Refusal(61010)


async def _check_media(call: Call) -> Answer:
    url, scene = call.word("media_url"), call.body.get("scene")
    if call.body.get("media_type") not in _MEDIA or not url.startswith(("http://", "https://")):
        raise Refusal(40097)
    if scene not in _SCENES:
        raise Refusal(40129)
    trace, world = _trace(), call.world
    risky = world.dice.falls(world.dice.faults.risky_media_percent)
    delivery = await world.store.within(
        _looked_at,
        call.account,
        call.word("openid"),
        trace,
        risky=risky,
        at=call.at,
        takes=world.settings.push.media_check_seconds,
    )
    world.postman.start(delivery)
    return {**OK, "trace_id": trace}


def _looked_at(
    db: Db, account: Account, openid: str, trace: str, *, risky: bool, at: float, takes: float
) -> int:
    """Queue the verdict about a picture or voice; nothing is fetched, chance alone decides."""
    _check_recent(db, account, openid, at)
    suggest, label = _RISK if risky else _HARMLESS
    # the push has labels as texts, where the answer about words has numbers
    verdict: dict[str, Any] = {"suggest": suggest, "label": str(label)}
    detail = {"strategy": "content_model", "errcode": 0, **verdict, "prob": 90}
    fields = {
        "ToUserName": account.original_id,
        "FromUserName": openid,
        "CreateTime": int(at + takes),
        "MsgType": "event",
        "Event": "wxa_media_check",
        "appid": account.appid,
        "trace_id": trace,
        "version": 2,
        "detail": [detail],
        "errcode": 0,
        "errmsg": "ok",
        "result": verdict,
    }
    return deliveries.report(db, people.identity(db, openid), fields, due_at=at + takes)


def _trace() -> str:
    return "-".join(secrets.token_hex(4) for _ in range(3))


APIS: Final = (
    Api(
        "POST",
        "/wxa/msg_sec_check",
        _check_text,
        serves=MINIPROGRAM,
        daily=2_000_000,
        minutely=4_000,
    ),
    Api(
        "POST",
        "/wxa/media_check_async",
        _check_media,
        serves=MINIPROGRAM,
        daily=200_000,
        minutely=2_000,
    ),
)
