"""The administrator's page of accounts, and everybody's first log-in; forms without scripts."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from aiohttp import web

from domain.actors import Role, Staff
from domain.errors import BadInput, IllegalMove, NotFound, WrongCredentials
from domain.ids import StaffId
from domain.taxonomy import DISPUTE_TYPES
from services.accounts import Beginning, Link
from web.api.accounts import AccountChange, AccountWanted, FirstLogin, StaffPath
from web.api.sessions import counted
from web.api.shapes import SecretPath
from web.desks import Desks
from web.forms import checked, read_form
from web.guesses import counting_misses
from web.problems import Unacceptable, problem_of
from web.rates import Rate
from web.rendering import render
from web.sites.site import Shown, Site, see_other

site = Site()
ROLES = {
    Role.DISPATCHER: "分派员",
    Role.MEDIATOR: "调解员",
    Role.GRID_WORKER: "网格员",
    Role.SUPERVISOR: "督办",
    Role.POLICE_LIAISON: "公安联络员",
    Role.AUDITOR: "审计",
    Role.ADMINISTRATOR: "管理员",
}
LISTS = ("roles", "skills")
NOTHING: Mapping[str, object] = {"fault": None, "link": None, "given": {}, "wrong": None}


@site.get("/desk/accounts", "desk/accounts.html")
async def accounts(desks: Desks, actor: Staff) -> Shown:
    """Show who has a log-in."""
    return await _page(desks, actor)


@site.post("/desk/accounts")
async def add(request: web.Request, desks: Desks, actor: Staff) -> web.Response:
    """Take somebody on, and show the link for their secrets this once."""
    fields = await read_form(request)
    plain = {name: values[0].strip() for name, values in fields.items() if name not in LISTS}
    given = {**plain, **{name: tuple(fields.get(name, ())) for name in LISTS}}
    try:
        wanted = checked(AccountWanted, given)
        link = await desks.accounts.add(actor, wanted.as_new())
    except (BadInput, Unacceptable) as error:
        problem = problem_of(error)
        shown = await _page(desks, actor, fault=problem, given=given)
        return render(request, "desk/accounts.html", shown, status=problem.status)
    return await _with_link(request, desks, actor, wanted.name, link)


@site.post("/desk/accounts/{staff_id}/link")
async def invite_again(
    request: web.Request, desks: Desks, actor: Staff, path: StaffPath
) -> web.Response:
    """Make somebody a new link and show it this once."""
    link = await desks.accounts.invite_again(actor, StaffId(path.staff_id))
    people = {one.id: one.name for one in await desks.accounts.accounts(actor)}
    return await _with_link(request, desks, actor, people[StaffId(path.staff_id)], link)


@site.post("/desk/accounts/{staff_id}")
async def change(request: web.Request, desks: Desks, actor: Staff, path: StaffPath) -> web.Response:
    """Give somebody other roles, another area, other skills."""
    fields = await read_form(request)
    given = {
        "region": fields.get("region", [""])[0].strip(),
        **{name: tuple(fields.get(name, ())) for name in LISTS},
    }
    try:
        wanted = checked(AccountChange, given).as_changed()
        await desks.accounts.change(actor, StaffId(path.staff_id), wanted)
    except (BadInput, IllegalMove, Unacceptable) as error:
        problem = problem_of(error)
        wrong = {"id": path.staff_id, "fault": problem, "given": given}
        shown = await _page(desks, actor, wrong=wrong)
        return render(request, "desk/accounts.html", shown, status=problem.status)
    return see_other("/desk/accounts")


@site.post("/desk/accounts/{staff_id}/end")
async def end(desks: Desks, actor: Staff, path: StaffPath) -> web.Response:
    """Take somebody's log-in."""
    await desks.accounts.end(actor, StaffId(path.staff_id))
    return see_other("/desk/accounts")


@site.post("/desk/accounts/{staff_id}/loosen")
async def loosen_phone(desks: Desks, actor: Staff, path: StaffPath) -> web.Response:
    """Take somebody's WeChat account from their log-in."""
    await desks.bindings.loosen(actor, StaffId(path.staff_id))
    return see_other("/desk/accounts")


@site.post("/desk/accounts/{staff_id}/seal-right")
async def set_seal_right(
    request: web.Request, desks: Desks, actor: Staff, path: StaffPath
) -> web.Response:
    """Grant or withdraw the right to seal."""
    fields = await read_form(request)
    granted = fields.get("granted") == ["yes"]
    await desks.accounts.set_seal_right(actor, StaffId(path.staff_id), granted=granted)
    return see_other("/desk/accounts")


@site.get("/desk/first/{secret}", "desk/first.html")
async def first(request: web.Request, desks: Desks, path: SecretPath) -> Shown:
    """Show whom the link is for and a secret to scan."""
    async with counting_misses(request):
        shown = await desks.accounts.begin(path.secret)
    return _first(path, shown, chooses=not shown.login)


@site.post("/desk/first/{secret}")
async def choose(request: web.Request, desks: Desks, path: SecretPath) -> web.Response:
    """Take password and proof of the authenticator, then lead to the log-in."""
    await counted(request, Rate.LOGIN)
    fields = {name: values[0] for name, values in (await read_form(request)).items()}
    async with counting_misses(request):
        invited = await desks.accounts.begin(path.secret)
    given = checked(FirstLogin, {"password": "", "totp_secret": "", "code": "", **fields})
    if invited.login:
        given = given.model_copy(update={"login": invited.login, "name": invited.name})
    choice = given.as_choice()
    try:
        await desks.accounts.choose(path.secret, choice)
    except (BadInput, WrongCredentials) as error:
        problem = problem_of(error)
        if problem.field == "totp_secret":
            raise NotFound(path.secret) from error  # no page of ours sends such a form
        again = _first(path, desks.accounts.begun(choice), chooses=not invited.login)
        field = problem.field or "code"
        return render(request, "desk/first.html", {**again, "fault": field}, status=problem.status)
    return see_other("/desk/login")


def _first(path: SecretPath, shown: Beginning, *, chooses: bool) -> Mapping[str, object]:
    return {
        "secret": path.secret,
        "shown": shown,
        "chooses": chooses,
        "picture": base64.b64encode(shown.picture).decode(),
        "groups": [shown.totp_secret[at : at + 4] for at in range(0, len(shown.totp_secret), 4)],
        "fault": "",
    }


async def _with_link(
    request: web.Request, desks: Desks, actor: Staff, name: str, link: Link
) -> web.Response:
    shown = await _page(desks, actor, link={"name": name, "link": link})
    return render(request, "desk/accounts.html", shown)


async def _page(desks: Desks, actor: Staff, **more: object) -> Mapping[str, object]:
    everybody = await desks.accounts.accounts(actor)
    names = {f"staff:{one.id}": one.name for one in everybody}
    return {
        "actor": actor,
        "accounts": everybody,
        "names": names,
        "events": (await desks.accounts.history(actor))[:50],
        "roles": ROLES,
        "types": DISPUTE_TYPES,
        **NOTHING,
        **more,
    }
