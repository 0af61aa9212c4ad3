"""From the mini-program into a web page: WeChat's own one-use log-in code is the ticket.

A ``<web-view>`` shares no session with the mini-program, and OAuth with ``snsapi_base`` names no
unionid, so that it would let somebody in whom we cannot tell to be the same person.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from aiohttp import hdrs, web
from pydantic import StringConstraints

from domain.errors import TooManyTries, Unavailable, WrongCredentials
from web.api.operations import Api
from web.api.sessions import counted
from web.api.shapes import Input, Line
from web.desks import Desks
from web.keys import SETTINGS
from web.rates import Rate
from web.sessions import Face, remember
from web.sites.site import own_path, see_other

api = Api("log-in")
WEB_VIEW = "miniprogram"  #: in the User-Agent of every web-view since WeChat 7.0.0, in any case


class Entrance(Input):
    """A fresh code of ``wx.login``, good once and for five minutes, and the page that is meant."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    next: Line = ""


@api.get("/residents/page", "从小程序打开网页（凭一次性登录码）", status=303, produces="text/html")
async def open_page(request: web.Request, desks: Desks, query: Entrance) -> web.Response:
    """Let the page open as the person who holds the phone; else send them to the door.

    A link with somebody's code in it logs nobody in: an ordinary browser is refused.
    """
    address = own_path(query.next, "/m/cases")
    door = see_other(f"/m/enter?{urlencode({'next': address})}")
    if WEB_VIEW not in request.headers.get(hdrs.USER_AGENT, "").lower():
        return door
    try:
        await counted(request, Rate.LOGIN)
        account = await desks.wechat.by_mini_code(query.code)
        opened = await desks.identity.wechat_login(*account)
    except (WrongCredentials, TooManyTries, Unavailable):
        return door
    page = see_other(address)
    remember(page, Face.RESIDENT, opened.secret, request.app[SETTINGS])
    return page
