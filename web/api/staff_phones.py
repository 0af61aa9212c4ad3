"""Staff in the mini-program: their own phone, bound once, and pages of the desk in it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from aiohttp import hdrs, web
from pydantic import BaseModel, Field, StringConstraints

from domain.actors import Role, Staff
from domain.errors import Expired, NotFound, TooManyTries
from domain.ids import StaffId
from services.staff_phones import Account
from web.api.accounts import StaffPath
from web.api.handover import WEB_VIEW
from web.api.operations import Api
from web.api.sessions import Password, SessionView, answer, counted
from web.api.shapes import Code, Id, Input, Line
from web.desks import Desks
from web.keys import SETTINGS
from web.rates import Rate
from web.sessions import Face, remember
from web.sites.site import own_path, see_other

api = Api("log-in")

WxCode = Annotated[
    str, StringConstraints(min_length=1, max_length=256), Field(description="wx.login 的 code")
]


class FirstOnPhone(Input):
    """Both factors of the desk, and whose phone it is: it is bound from now on."""

    wechat: WxCode
    login: Line
    password: Password
    code: Code
    role: Role | None = None


class OnPhone(Input):
    """Whose phone it is, and the password."""

    wechat: WxCode
    password: Password
    role: Role | None = None


class PageTicket(BaseModel):
    """One minute, one use."""

    ticket: str


class DeskPage(Input):
    """The page that is meant, and the ticket that opens it."""

    ticket: Id
    next: Line = ""


@api.post("/staff/phones", "工作人员首次在小程序登录，绑定这个微信", status=201)
async def begin_on_phone(request: web.Request, desks: Desks, body: FirstOnPhone) -> SessionView:
    """Let somebody in by both factors and bind their WeChat account."""
    address = await counted(request, Rate.LOGIN)
    account = Account(*await desks.wechat.by_mini_code(body.wechat))
    given = (body.login, body.password, body.code)
    opened = await desks.staff_phones.begin(account, *given, address=address, role=body.role or "")
    return answer(opened)


@api.post("/staff/phones/sessions", "工作人员在绑定的微信里登录（再输一次密码）", status=201)
async def log_in_on_phone(request: web.Request, desks: Desks, body: OnPhone) -> SessionView:
    """Let somebody in on the phone that is bound."""
    address = await counted(request, Rate.LOGIN)
    account = Account(*await desks.wechat.by_mini_code(body.wechat))
    opened = await desks.staff_phones.open(
        account, body.password, address=address, role=body.role or ""
    )
    return answer(opened)


@api.delete("/staff/phones", "解除自己的微信绑定，手机上马上退出")
async def loosen_own_phone(desks: Desks, actor: Staff) -> None:
    """Give one's own WeChat account up."""
    await desks.bindings.loosen(actor, actor.id)


@api.delete("/accounts/{staff_id}/wechat", "解除一个账号的微信绑定（管理员）")
async def loosen_phone(desks: Desks, actor: Staff, path: StaffPath) -> None:
    """Take somebody's WeChat account from their log-in: the phone got lost."""
    await desks.bindings.loosen(actor, StaffId(path.staff_id))


@api.post("/staff/pages", "领取在小程序里打开工作台网页的票", status=201)
async def take_page_ticket(desks: Desks, actor: Staff) -> PageTicket:
    """Give the right to open one page of the desk, once."""
    return PageTicket(ticket=await desks.staff_phones.ticket(actor))


@api.get("/staff/page", "从小程序打开工作台网页（凭一次性的票）", status=303, produces="text/html")
async def open_desk_page(request: web.Request, desks: Desks, query: DeskPage) -> web.Response:
    """Let the page open as whoever holds the ticket; else send them to the door.

    A link with somebody's ticket in it logs nobody in: an ordinary browser is refused.
    """
    address = own_path(query.next, "/desk")
    door = see_other(f"/desk/login?{urlencode({'next': address})}")
    if WEB_VIEW not in request.headers.get(hdrs.USER_AGENT, "").lower():
        return door
    try:
        await counted(request, Rate.LOGIN)
        opened = await desks.staff_phones.enter(query.ticket)
    except (NotFound, Expired, TooManyTries):
        return door
    page = see_other(address)
    remember(page, Face.STAFF, opened.secret, request.app[SETTINGS])
    return page
