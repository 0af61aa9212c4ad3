"""Logging in and out, and who one is."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from domain.actors import Resident, Role, Staff
from domain.codes import Purpose
from services.identity import Opened
from web.addresses import client_address
from web.api.operations import Api
from web.api.shapes import Code, Id, Input, Line, Moment
from web.desks import Desks
from web.keys import RATES, SETTINGS
from web.rates import Rate
from web.sessions import Face, secret_of

api = Api("log-in")

Password = Annotated[str, StringConstraints(max_length=256)]


class StaffLogin(Input):
    """Two factors: password and the current one-time code."""

    login: Line
    password: Password
    code: Code
    role: Role | None = None


class WeChatCode(Input):
    """What ``wx.login`` gave the mini-program."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class PhoneCode(Input):
    """The code from the SMS."""

    code: Code


class InvitationPath(Input):
    """An invitation: what it is for, and its secret."""

    purpose: Purpose
    secret: Id


class SessionView(BaseModel):
    """A new session; its secret is sent as ``Authorization: Bearer`` by programs."""

    secret: str
    face: Face
    id: str = ""  #: of the account; residents have none
    name: str = ""
    role: str = ""
    roles: tuple[Role, ...] = ()
    seconds: int = 0  #: how long it lasts
    renewal: str = ""  #: renews it, once, before or after its end; empty: log in again


class RenewalSecret(Input):
    """The secret that renews a session, once."""

    renewal: Id


class MiniPhoneCode(Input):
    """What the mini-program's phone button gave (``getPhoneNumber``)."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Myself(BaseModel):
    """Who is logged in."""

    face: Face
    name: str = ""
    role: str = ""


class Invited(BaseModel):
    """What an invitation says before log-in: nothing of anybody but the centre."""

    purpose: Purpose
    masked_phone: str
    office: str
    phone: str
    starts_at: Moment | None


class Sent(BaseModel):
    """Where the code went."""

    masked_phone: str


@api.post("/staff/sessions", "工作人员登录（密码 + 动态口令）", status=201)
async def log_in_staff(request: web.Request, desks: Desks, body: StaffLogin) -> SessionView:
    """Let somebody of the centre in."""
    address = await counted(request, Rate.LOGIN)
    opened = await desks.identity.staff_login(
        body.login, body.password, body.code, address=address, role=body.role or ""
    )
    return answer(opened)


@api.post("/residents/sessions", "居民登录（小程序）", status=201)
async def log_in_resident(request: web.Request, desks: Desks, body: WeChatCode) -> SessionView:
    """Let a resident in for whom WeChat vouches."""
    await counted(request, Rate.LOGIN)
    account = await desks.wechat.by_mini_code(body.code)
    return answer(await desks.identity.program_login(*account))


@api.post("/residents/sessions/renewal", "续期（小程序），每个凭据只能用一次", status=201)
async def renew_session(request: web.Request, desks: Desks, body: RenewalSecret) -> SessionView:
    """Give the next short session; a secret used twice ends everything that came of the log-in."""
    await counted(request, Rate.LOGIN)
    return answer(await desks.identity.renew(body.renewal))


@api.delete("/my/sessions", "退出所有设备")
async def log_out_everywhere(desks: Desks, actor: Resident) -> None:
    """End every session of the resident who asks."""
    await desks.identity.end_everywhere(actor)


@api.post("/my/phone", "登记微信验证过的手机号（小程序）")
async def tell_phone(
    request: web.Request, desks: Desks, actor: Resident, body: MiniPhoneCode
) -> Sent:
    """Keep the number that WeChat vouches for; one on file is not replaced."""
    await counted(request, Rate.LOGIN)
    openid = await desks.identity.account_of(actor, desks.wechat.mini_appid)
    phone = await desks.wechat.phone_by_mini_code(body.code, openid)
    return Sent(masked_phone=await desks.identity.learn_phone(actor, phone))


@api.get("/me", "当前登录的是谁")
async def see_myself(actor: Staff | Resident) -> Myself:
    """Say who is logged in."""
    if isinstance(actor, Staff):
        return Myself(face=Face.STAFF, name=actor.name, role=actor.role)
    return Myself(face=Face.RESIDENT)


@api.delete("/me", "退出登录")
async def log_out(request: web.Request, desks: Desks, actor: Staff | Resident) -> None:
    """End the session that asks."""
    face = Face.STAFF if isinstance(actor, Staff) else Face.RESIDENT
    await desks.identity.close(secret_of(request, face))


@api.get("/invitations/{purpose}/{secret}", "邀请是什么（登录前）")
async def see_invitation(desks: Desks, path: InvitationPath) -> Invited:
    """Say what may be said before log-in."""
    view = await desks.identity.invitation(path.purpose, path.secret)
    return Invited(
        purpose=path.purpose,
        masked_phone=view.masked_phone,
        office=view.office,
        phone=view.phone,
        starts_at=view.starts_at,
    )


@api.post("/invitations/{purpose}/{secret}/code", "发送短信验证码到登记的号码", status=202)
async def ask_code(request: web.Request, desks: Desks, path: InvitationPath) -> Sent:
    """Send a code to the number on file."""
    address = await counted(request, Rate.CODE)
    masked = await desks.identity.ask_code(path.purpose, path.secret, address=address)
    return Sent(masked_phone=masked)


@api.post("/invitations/{purpose}/{secret}/session", "用短信验证码登录", status=201)
async def enter_code(
    request: web.Request, desks: Desks, path: InvitationPath, body: PhoneCode
) -> SessionView:
    """Let the invited person in."""
    address = await counted(request, Rate.CODE)
    opened = await desks.identity.enter_code(path.purpose, path.secret, body.code, address=address)
    return answer(opened)


async def counted(request: web.Request, rate: Rate) -> str:
    """Count a try of the address the request comes from, and give the address."""
    address = client_address(request, request.app[SETTINGS].trusted_proxies)
    await request.app[RATES].count(rate, address)
    return address


def answer(opened: Opened) -> SessionView:
    """Give a new session to whoever asked for it."""
    actor, seconds = opened.actor, int(opened.span.total_seconds())
    if isinstance(actor, Staff):
        return SessionView(
            secret=opened.secret,
            face=Face.STAFF,
            id=actor.id,
            name=actor.name,
            role=actor.role,
            roles=opened.roles,
            seconds=seconds,
        )
    return SessionView(
        secret=opened.secret, face=Face.RESIDENT, seconds=seconds, renewal=opened.renewal
    )
