"""What an account may ask about its people and its own quotas."""

from __future__ import annotations

from typing import Any, Final

from simulator import people, quotas
from simulator.api.door import OFFICIAL, OK, Answer, Api, Call
from simulator.errors import Refusal
from simulator.store import Db


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
        "tagid_list": [],
        "subscribe_scene": known.scene,
        "qr_scene": int(known.qr_scene) if number else 0,
        "qr_scene_str": "" if number else known.qr_scene,
    }


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


async def _addresses(_call: Call) -> Answer:
    return {"ip_list": ["127.0.0.1"]}


APIS: Final = (
    Api("GET", "/cgi-bin/user/info", _user_info, serves=OFFICIAL, daily=5_000_000),
    Api("GET", "/cgi-bin/user/get", _followers, serves=OFFICIAL, daily=500),
    Api("POST", "/cgi-bin/openapi/quota/get", _quota),
    Api("POST", "/cgi-bin/clear_quota", _clear_quota),
    Api("GET", "/cgi-bin/getcallbackip", _addresses),
    Api("GET", "/cgi-bin/get_api_domain_ip", _addresses),
)
