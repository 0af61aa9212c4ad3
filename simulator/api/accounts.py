"""What an account may ask about its people and its own quotas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator import logbook, people, quotas, tags
from simulator.api.door import OFFICIAL, OK, Answer, Api, Call
from simulator.errors import Refusal
from simulator.store import Db

_MOST_ASKED: Final = 100


async def _user_info(call: Call) -> Answer:
    bound = call.world.settings.open_platform
    return await call.world.store.within(_known, call.asked("openid"), call.account.appid, bound)


def _known(db: Db, openid: str, appid: str, bound: bool) -> dict[str, Any]:  # noqa: FBT001  # as the store passes it
    """Tell what the account may know: no name and no picture since 2021-12-27.

    Of somebody who does not follow it is told nothing else, no unionid either (获取用户基本信息:
    "值为0时，代表此用户没有关注该公众号，拉取不到其余信息").
    """
    try:
        known = people.identity(db, openid)
    except people.NoSuchUser as error:
        raise Refusal(40003) from error
    if known.appid != appid:
        raise Refusal(40003)
    if not known.subscribed:
        return {"subscribe": 0, "openid": openid}
    number = known.qr_scene.isdecimal()
    return {
        "subscribe": 1,
        "openid": openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "headimgurl": "",
        "subscribe_time": int(known.subscribed_at),
        **people.unionid_of(db, known.user_id, open_platform=bound),
        "remark": "",
        "groupid": 0,
        "tagid_list": tags.of_person(db, openid),
        "subscribe_scene": known.scene,
        "qr_scene": int(known.qr_scene) if number else 0,
        "qr_scene_str": "" if number else known.qr_scene,
    }


async def _batch_info(call: Call) -> Answer:
    asked = call.body.get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= _MOST_ASKED:
        raise Refusal(40032)
    bound, within = call.world.settings.open_platform, call.world.store.within
    openids = [str(one.get("openid", "")) for one in asked if isinstance(one, Mapping)]
    known = [await within(_known, openid, call.account.appid, bound) for openid in openids]
    return {"user_info_list": known}


async def _followers(call: Call) -> Answer:
    listed = await call.world.store.within(people.followers, call.account.appid)
    after = call.asked("next_openid")
    page = [openid for openid in listed if openid > after][:10_000]
    data = {"data": {"openid": page}} if page else {}
    last = page[-1] if page else ""
    return {"total": len(listed), "count": len(page), **data, "next_openid": last}


async def _quota(call: Call) -> Answer:
    path = call.word("cgi_path")
    daily = call.world.dice.faults.daily_limit or 500_000
    used = await call.world.store.within(quotas.used_today, call.account.appid, path, at=call.at)
    return {
        **OK,
        "quota": {"daily_limit": daily, "used": used, "remain": max(0, daily - used)},
    }


async def _clear_quota(call: Call) -> Answer:
    if call.word("appid") != call.account.appid:
        raise Refusal(40013)
    await call.world.store.within(quotas.clear, call.account.appid, at=call.at)
    return OK


async def _clear_with_secret(call: Call) -> Answer:
    await call.world.store.within(quotas.clear, call.account.appid, at=call.at)
    return OK


async def _clear_path(call: Call) -> Answer:
    await call.world.store.within(
        quotas.clear, call.account.appid, at=call.at, path=call.word("cgi_path")
    )
    return OK


async def _request_of(call: Call) -> Answer:
    line = await call.world.store.within(logbook.of_request, call.word("rid"))
    if line is None:
        raise Refusal(76001)
    asked = {"invoke_time": int(line["at"]), "cost_in_ms": 1, "request_url": line["what"]}
    refused = {"errcode": line["detail"]["errcode"]}
    return {**OK, "request": {**asked, "response_body": refused, "client_ip": "127.0.0.1"}}


async def _templates(call: Call) -> Answer:
    listed = [
        {"priTmplId": one, "title": one, "content": "", "type": 2} for one in call.account.templates
    ]
    return {**OK, "data": listed}


async def _addresses(_call: Call) -> Answer:
    return {"ip_list": ["127.0.0.1"]}


APIS: Final = (
    Api("GET", "/cgi-bin/user/info", _user_info, serves=OFFICIAL, daily=5_000_000),
    Api("GET", "/cgi-bin/user/get", _followers, serves=OFFICIAL, daily=500),
    Api("POST", "/cgi-bin/openapi/quota/get", _quota),
    Api("POST", "/cgi-bin/clear_quota", _clear_quota),
    Api("POST", "/cgi-bin/clear_quota/v2", _clear_with_secret, needs_token=False),
    Api("POST", "/cgi-bin/openapi/quota/clear", _clear_path),
    Api("POST", "/cgi-bin/openapi/rid/get", _request_of),
    Api("POST", "/cgi-bin/user/info/batchget", _batch_info, serves=OFFICIAL, daily=500_000),
    Api("GET", "/wxaapi/newtmpl/gettemplate", _templates),
    Api("GET", "/cgi-bin/getcallbackip", _addresses),
    Api("GET", "/cgi-bin/get_api_domain_ip", _addresses),
)
