"""The login page of the platform (网页授权): hands the product a code for the phone's user.

Source: developers.weixin.qq.com/doc/service/guide/h5/auth.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from simulator import codes, people
from simulator.control import PHONE_COOKIE
from simulator.entrance import with_answer
from simulator.render import page
from simulator.settings import is_loopback
from simulator.world import WORLD

routes: Final = web.RouteTableDef()
_SCOPES: Final = ("snsapi_base", "snsapi_userinfo")
_LONGEST_STATE: Final = 128


@routes.get("/connect/oauth2/authorize")
async def authorize(request: web.Request) -> web.Response:
    """Send the phone back to the product with a code; only `snsapi_userinfo` asks first."""
    world, asked = request.app[WORLD], request.query
    wrong = _wrong(asked.get("appid", ""), world.settings.official.appid, request)
    if wrong:
        return page("refused.html", status=400, reason=wrong)
    user = await world.store.within(people.holder, request.cookies.get(PHONE_COOKIE, ""))
    if user is None:
        return page(
            "refused.html", status=403, reason="这部手机还没有使用者，请先打开模拟手机选一位。"
        )
    scope = asked["scope"]
    if scope == "snsapi_userinfo" and asked.get("agreed") != "1":
        agreed = str(request.rel_url.update_query(agreed="1"))
        return page("consent.html", name=user.name, agreed=agreed)
    code = await world.store.within(
        codes.issue,
        kind="oauth",
        appid=world.settings.official.appid,
        user_id=user.id,
        scope=scope,
        at=world.clock.now(),
    )
    answer = with_answer(asked["redirect_uri"], code=code, state=asked.get("state", ""))
    return web.Response(status=302, headers={"Location": answer})


def _wrong(appid: str, own_appid: str, request: web.Request) -> str:
    asked = request.query
    if appid != own_appid:
        return "appid 参数错误"
    if not is_loopback(asked.get("redirect_uri", "")):
        return "redirect_uri 参数错误：模拟平台只回到本机"
    if asked.get("response_type") != "code" or asked.get("scope") not in _SCOPES:
        return "response_type 或 scope 参数错误"
    if len(asked.get("state", "").encode()) > _LONGEST_STATE:
        return "state 超过 128 字节"
    return ""
