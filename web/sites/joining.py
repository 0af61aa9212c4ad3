"""Whoever proved a number and is there by WeChat too says whether both are theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from aiohttp import web

from domain.actors import Resident
from domain.errors import (
    BadInput,
    Expired,
    NotFound,
    NotLoggedIn,
    NotOnePerson,
    TooManyTries,
    WrongCredentials,
)
from services.identity import Opened
from services.joining import Offer
from web.api.joining import Number, Proof
from web.api.sessions import counted
from web.api.shapes import Input, Line
from web.desks import Desks
from web.forms import checked, read_form
from web.keys import SETTINGS
from web.problems import problem_of
from web.rates import Rate
from web.rendering import render
from web.sessions import SECRET_LIMIT, Face, cookie_name, remember
from web.sites.site import Shown, Site, own_path, see_other

site = Site()
BEFORE_COOKIE = "fengqiao-before"  #: the log-in this browser had before the present one
BEFORE_SECONDS = 600
REFUSED = (WrongCredentials, TooManyTries, Expired, NotOnePerson, BadInput)


class Afterwards(Input):
    """Where to go afterwards."""

    next: Line = ""


class Choice(Afterwards):
    """Is the other log-in one's own?"""

    mine: Literal["yes", "no"]


async def let_in(request: web.Request, desks: Desks, opened: Opened, address: str) -> web.Response:
    """Remember the new log-in; where it and the one before may be one person's, ask that first."""
    settings = request.app[SETTINGS]
    before = request.cookies.get(cookie_name(Face.RESIDENT, settings), "")[:SECRET_LIMIT]
    now = await desks.identity.who(opened.secret)
    asks = isinstance(now, Resident) and await _offer(desks, now, before) is not None
    response = see_other(f"/m/join?next={quote(address)}" if asks else address)
    remember(response, Face.RESIDENT, opened.secret, settings)
    if asks:
        response.set_cookie(
            BEFORE_COOKIE,
            before,
            max_age=BEFORE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.secure,
            path="/m/join",
        )
    return response


@site.get("/m/join")
async def ask(
    request: web.Request, desks: Desks, actor: Resident, query: Afterwards
) -> web.Response:
    """Ask whether number and WeChat account are the same person's."""
    following = own_path(query.next, "/m/cases")
    offer = await _offer(desks, actor, request.cookies.get(BEFORE_COOKIE, ""))
    if offer is None:
        return see_other(following)
    return render(request, "m/join.html", {"offer": offer, "next": following, "refused": False})


@site.post("/m/join")
async def answer(request: web.Request, desks: Desks, actor: Resident) -> web.Response:
    """Join them on a yes; on a no both stay what they are."""
    fields = await read_form(request)
    given = checked(Choice, {name: values[0] for name, values in fields.items()})
    following = own_path(given.next, "/m/cases")
    response = see_other(following)
    if given.mine == "yes":
        before = await _before(desks, request.cookies.get(BEFORE_COOKIE, ""))
        try:
            if before is not None:
                await desks.joining.join(actor, before)
        except (NotFound, NotOnePerson):  # it changed meanwhile
            shown = {"offer": None, "next": following, "refused": True}
            response = render(request, "m/join.html", shown, status=409)
    response.del_cookie(BEFORE_COOKIE, path="/m/join")
    return response


@site.get("/m/me/phone", "m/phone.html")
async def number_form(actor: Resident) -> Shown:
    """Ask for the number that the centre has."""
    return _shown(actor)


@site.post("/m/me/phone")
async def send_code(request: web.Request, desks: Desks, actor: Resident) -> web.Response:
    """Send a code there, if the centre has the number."""
    await counted(request, Rate.CODE)
    fields = await read_form(request)
    typed = "".join(fields.get("phone", ())).strip()[:40]
    try:
        given = checked(Number, {"phone": typed})
        sent = await desks.joining.ask_code(actor, given.phone)
    except (BadInput, TooManyTries) as error:
        shown = _shown(actor, typed=typed, fault=error.code)
        return render(request, "m/phone.html", shown, status=problem_of(error).status)
    return render(request, "m/phone.html", _shown(actor, typed=typed, sent=sent))


@site.post("/m/me/phone/code")
async def prove(request: web.Request, desks: Desks, actor: Resident) -> web.Response:
    """Take the code: from now on the matters of the number are here."""
    await counted(request, Rate.CODE)
    fields = {name: values[0].strip() for name, values in (await read_form(request)).items()}
    given = checked(Proof, {"phone": "", "code": "", **fields})
    try:
        await desks.joining.prove(actor, given.phone, given.code)
    except REFUSED as error:
        shown = _shown(actor, typed=given.phone, sent=given.phone, fault=error.code)
        return render(request, "m/phone.html", shown, status=problem_of(error).status)
    return see_other("/m/cases?joined=1")


def _shown(
    actor: Resident, *, typed: str = "", sent: str = "", fault: str = ""
) -> Mapping[str, object]:
    return {"person": actor.id, "typed": typed, "sent": sent, "fault": fault}


async def _offer(desks: Desks, now: Resident, secret: str) -> Offer | None:
    before = await _before(desks, secret)
    return await desks.joining.offer(now, before) if before is not None else None


async def _before(desks: Desks, secret: str) -> Resident | None:
    """Say whose the log-in before this one is, if it still is one."""
    try:
        actor = await desks.identity.who(secret) if secret else None
    except NotLoggedIn:
        return None
    return actor if isinstance(actor, Resident) else None
