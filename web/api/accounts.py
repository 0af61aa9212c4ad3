"""Accounts of the centre, for its administrator; and the first log-in by a one-time link."""

from __future__ import annotations

import base64
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from domain.accounts import AccountState, ChangedAccount, NewAccount
from domain.actors import Role, Staff
from domain.ids import StaffId
from services.accounts import Account, Beginning, Choice, Link
from web.api.operations import Api
from web.api.sessions import Password, counted
from web.api.shapes import Code, Id, Input, Line, Moment, SecretPath
from web.desks import Desks
from web.guesses import counting_misses
from web.rates import Rate

api = Api("accounts")

MOST_ROLES, MOST_SKILLS = 7, 30
Skill = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]


class StaffPath(Input):
    """The account meant."""

    staff_id: Id


class AccountWanted(Input):
    """Whom to take on, and as what."""

    login: Line
    name: Line
    phone: Line = ""
    region: Annotated[Line, Field(description="行政区划代码")] = ""
    roles: Annotated[tuple[Role, ...], Field(max_length=MOST_ROLES)]
    skills: Annotated[tuple[Skill, ...], Field(max_length=MOST_SKILLS)] = ()
    seal_right: bool = False

    def as_new(self) -> NewAccount:
        """The same in the words of the desk."""
        return NewAccount(**self.model_dump())


class AccountChange(Input):
    """As what somebody goes on."""

    region: Annotated[Line, Field(description="行政区划代码")] = ""
    roles: Annotated[tuple[Role, ...], Field(max_length=MOST_ROLES)]
    skills: Annotated[tuple[Skill, ...], Field(max_length=MOST_SKILLS)] = ()

    def as_changed(self) -> ChangedAccount:
        """The same in the words of the desk."""
        return ChangedAccount(**self.model_dump())


class Granted(Input):
    """Whether the right is given or taken back."""

    granted: bool


class FirstLogin(Input):
    """What somebody chose at their first log-in; log-in name and name only where none is set."""

    login: Line = ""
    name: Line = ""
    password: Password
    totp_secret: Annotated[str, StringConstraints(max_length=64)]
    code: Code

    def as_choice(self) -> Choice:
        """The same in the words of the desk."""
        return Choice(**self.model_dump())


class LinkView(BaseModel):
    """A one-time address for the person; it is told only now."""

    address: str
    ends_at: Moment


class AccountView(BaseModel):
    """One account; the number is masked."""

    id: str
    login: str
    name: str
    phone: str
    region: str
    roles: tuple[Role, ...]
    skills: tuple[str, ...]
    seal_right: bool
    state: AccountState
    tied: bool  #: to a WeChat account


class BeginningView(BaseModel):
    """What a link asks for, with a fresh secret for an authenticator (RFC 6238)."""

    login: str
    name: str
    totp_secret: str
    picture: Annotated[str, Field(description="PNG（base64），用验证器扫描")]


@api.get("/accounts", "全部账号（管理员）")
async def list_accounts(desks: Desks, actor: Staff) -> tuple[AccountView, ...]:
    """List everybody who has, had or will have a log-in."""
    return tuple(_account(one) for one in await desks.accounts.accounts(actor))


@api.post("/accounts", "添加工作人员，返回一次性链接", status=201)
async def add_account(desks: Desks, actor: Staff, body: AccountWanted) -> LinkView:
    """Take somebody on."""
    return _link(await desks.accounts.add(actor, body.as_new()))


@api.post("/accounts/{staff_id}/link", "重新发一次性链接（重设密码和验证器）", status=201)
async def invite_again(desks: Desks, actor: Staff, path: StaffPath) -> LinkView:
    """Make a new link for somebody."""
    return _link(await desks.accounts.invite_again(actor, StaffId(path.staff_id)))


@api.put("/accounts/{staff_id}", "修改岗位、负责区域、擅长类型")
async def change_account(desks: Desks, actor: Staff, path: StaffPath, body: AccountChange) -> None:
    """Give somebody other roles, another area, other skills."""
    await desks.accounts.change(actor, StaffId(path.staff_id), body.as_changed())


@api.post("/accounts/{staff_id}/end", "停用账号，立即退出登录")
async def end_account(desks: Desks, actor: Staff, path: StaffPath) -> None:
    """Take somebody's log-in."""
    await desks.accounts.end(actor, StaffId(path.staff_id))


@api.put("/accounts/{staff_id}/seal-right", "授予或收回用印权")
async def set_seal_right(desks: Desks, actor: Staff, path: StaffPath, body: Granted) -> None:
    """Grant or withdraw the right to seal."""
    staff_id = StaffId(path.staff_id)
    await desks.accounts.set_seal_right(actor, staff_id, granted=body.granted)


@api.get("/first/{secret}", "首次登录：要设置什么")
async def see_first(request: web.Request, desks: Desks, path: SecretPath) -> BeginningView:
    """Say what the link asks for."""
    async with counting_misses(request):
        return _beginning(await desks.accounts.begin(path.secret))


@api.post("/first/{secret}", "首次登录：设置密码和验证器")
async def choose_first(
    request: web.Request, desks: Desks, path: SecretPath, body: FirstLogin
) -> None:
    """Make the account, or give it new secrets."""
    await counted(request, Rate.LOGIN)
    async with counting_misses(request):
        await desks.accounts.choose(path.secret, body.as_choice())


def _link(link: Link) -> LinkView:
    return LinkView(address=link.address, ends_at=link.ends_at)


def _account(account: Account) -> AccountView:
    return AccountView(
        id=account.id,
        login=account.login,
        name=account.name,
        phone=account.phone,
        region=account.region,
        roles=account.roles,
        skills=account.skills,
        seal_right=account.seal_right,
        state=account.state,
        tied=account.tied,
    )


def _beginning(shown: Beginning) -> BeginningView:
    return BeginningView(
        login=shown.login,
        name=shown.name,
        totp_secret=shown.totp_secret,
        picture=base64.b64encode(shown.picture).decode(),
    )
