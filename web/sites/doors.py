"""The doors: WeChat for residents, password and one-time code for staff, and the way out."""

from __future__ import annotations

import secrets
from urllib.parse import quote, unquote, urlencode

from aiohttp import web

from domain.actors import Resident, Role, Staff
from domain.errors import TooManyTries, WrongCredentials
from services.identity import Opened
from web.api.sessions import StaffLogin, counted
from web.api.shapes import Input, Line
from web.desks import Desks
from web.forms import checked, read_form
from web.keys import SETTINGS
from web.problems import problem_of
from web.rates import Rate
from web.rendering import CARE_COOKIE, render
from web.sessions import Face, forget, remember, secret_of
from web.sites.joining import let_in
from web.sites.site import Shown, Site, own_path, see_other

site = Site()
STATE_COOKIE = "fengqiao-oauth"
STATE_SECONDS = 600
CARE_SECONDS = 365 * 24 * 3600


class Next(Input):
    """Where to go afterwards."""

    next: Line = ""


class OAuthAnswer(Input):
    """What WeChat's page sends the browser back with."""

    code: Line = ""
    state: Line = ""


class CareChoice(Next):
    """Large print or not."""

    on: int


@site.get("/", "")
async def front() -> Shown:
    """Send whoever comes without an address to the residents' home."""
    return see_other("/m/")


@site.get("/care")
async def choose_care(request: web.Request, query: CareChoice) -> web.Response:
    """Keep the choice of large print (大字版) in the browser."""
    response = see_other(own_path(query.next, "/m/"))
    secure = request.app[SETTINGS].secure
    value = "1" if query.on else "0"
    response.set_cookie(
        CARE_COOKIE, value, max_age=CARE_SECONDS, httponly=True, samesite="Lax", secure=secure
    )
    return response


@site.get("/m/enter", "m/enter.html")
async def enter(query: Next) -> Shown:
    """Offer a resident the ways to log in."""
    return {"next": own_path(query.next, "/m/cases")}


@site.get("/m/login")
async def log_in_by_wechat(request: web.Request, query: Next) -> web.Response:
    """Send the browser to WeChat, with a state that only it can bring back."""
    settings = request.app[SETTINGS]
    state = secrets.token_urlsafe(16)
    asked = urlencode(
        {
            "appid": settings.centre.official_appid,
            "redirect_uri": f"{settings.centre.public_url}/m/oauth",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
    )
    response = see_other(f"{settings.open_base}/connect/oauth2/authorize?{asked}#wechat_redirect")
    kept = f"{state} {quote(own_path(query.next, '/m/'))}"
    _set_state(response, kept, secure=settings.secure)
    return response


@site.get("/m/oauth")
async def come_back(request: web.Request, desks: Desks, query: OAuthAnswer) -> web.Response:
    """Let in whom WeChat vouches for, if it is the browser that was sent there."""
    await counted(request, Rate.LOGIN)
    state, _, address = request.cookies.get(STATE_COOKIE, "").partition(" ")
    if not state or not secrets.compare_digest(state, query.state):
        raise WrongCredentials("state")
    account = await desks.wechat.by_oauth_code(query.code)
    opened = await desks.identity.wechat_login(*account)
    response = await let_in(request, desks, opened, own_path(unquote(address), "/m/"))
    response.del_cookie(STATE_COOKIE, path="/m/")
    return response


@site.post("/m/logout")
async def log_out_resident(request: web.Request, desks: Desks) -> web.Response:
    """End the resident's session."""
    await desks.identity.close(secret_of(request, Face.RESIDENT))
    response = see_other("/m/")
    forget(response, Face.RESIDENT, request.app[SETTINGS])
    return response


@site.post("/m/logout-everywhere")
async def log_out_everywhere(request: web.Request, desks: Desks, actor: Resident) -> web.Response:
    """End every session of the resident, on whatever phone or browser."""
    await desks.identity.end_everywhere(actor)
    response = see_other("/m/")
    forget(response, Face.RESIDENT, request.app[SETTINGS])
    return response


@site.get("/desk/login", "desk/login.html")
async def staff_door(query: Next) -> Shown:
    """Show the log-in form of the workbench."""
    return {"next": own_path(query.next, "/desk"), "fault": "", "login": ""}


@site.post("/desk/login")
async def log_in_staff(request: web.Request, desks: Desks) -> web.Response:
    """Let somebody of the centre in."""
    address = await counted(request, Rate.LOGIN)
    fields = {name: values[0] for name, values in (await read_form(request)).items()}
    following = own_path(fields.pop("next", ""), "/desk")
    given = checked(StaffLogin, {"login": "", "password": "", "code": "", **fields})
    try:
        opened = await desks.identity.staff_login(
            given.login, given.password, given.code, address=address, role=given.role or ""
        )
    except (WrongCredentials, TooManyTries) as error:
        return _refused(request, given.login, following, error)
    response = see_other(_landing(following, opened))
    remember(response, Face.STAFF, opened.secret, request.app[SETTINGS])
    return response


@site.post("/desk/logout")
async def log_out_staff(request: web.Request, desks: Desks) -> web.Response:
    """End the session at the desk."""
    await desks.identity.close(secret_of(request, Face.STAFF))
    response = see_other("/desk/login")
    forget(response, Face.STAFF, request.app[SETTINGS])
    return response


def _landing(following: str, opened: Opened) -> str:
    """The administrator has accounts and no cases."""
    administers = isinstance(opened.actor, Staff) and opened.actor.role is Role.ADMINISTRATOR
    return "/desk/accounts" if administers and following == "/desk" else following


def _refused(request: web.Request, login: str, following: str, error: Exception) -> web.Response:
    problem = problem_of(error)
    shown = {"next": following, "login": login, "fault": problem.title}
    return render(request, "desk/login.html", shown, status=problem.status)


def _set_state(response: web.Response, kept: str, *, secure: bool) -> None:
    response.set_cookie(
        STATE_COOKIE,
        kept,
        max_age=STATE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=secure,
        path="/m/",
    )
