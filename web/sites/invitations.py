"""Invitations: they lead only to log-in; a forwarded one shows nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from domain.actors import Resident
from domain.codes import Purpose
from domain.errors import (
    Expired,
    NotFound,
    NotLoggedIn,
    TooManyTries,
    WrongCredentials,
)
from services.views import InvitationView
from web import sessions
from web.api.sessions import PhoneCode, counted
from web.api.shapes import SecretPath
from web.desks import Desks
from web.forms import checked, read_form
from web.guesses import counting_misses
from web.problems import problem_of
from web.rates import Rate
from web.rendering import render
from web.sites.joining import let_in
from web.sites.site import Site, see_other

PURPOSES = {
    "room": Purpose.ROOM,
    "sign": Purpose.SIGN,
    "rate": Purpose.RATE,
    "matter": Purpose.MATTER,
}
TITLES = {
    Purpose.ROOM: "邀请您参加调解",
    Purpose.SIGN: "请您查看调解协议",
    Purpose.RATE: "请您评价服务",
    Purpose.MATTER: "您反映的事有答复了",
}
ADDRESS = "/{kind:room|sign|rate|matter}/{secret:[a-z2-7]{26}}"  #: leaves /room/socket to the room
site = Site()


class InvitationPath(SecretPath):
    """One of the kinds of invitation."""

    kind: str


@site.get(ADDRESS)
async def invitation(request: web.Request, desks: Desks, path: InvitationPath) -> web.Response:
    """Lead the invited person on, and everybody else to the log-in."""
    view = await _view(request, desks, path)
    actor = await _logged_in(request)
    if actor is None or actor.id != view.person_id:
        sent = "sent" in request.query
        return _door(
            request, path, view, {"sent": sent, "stranger": actor is not None and not sent}
        )
    return await _onward(request, desks, actor, path, view)


@site.post(ADDRESS + "/code")
async def send_code(request: web.Request, desks: Desks, path: InvitationPath) -> web.Response:
    """Send the code to the number on file; it was asked for by a tap on the opened page."""
    address = await counted(request, Rate.CODE)
    view = await _view(request, desks, path)
    try:
        await desks.identity.ask_code(PURPOSES[path.kind], path.secret, address=address)
    except TooManyTries as error:
        return _door(request, path, view, {"fault": error.code}, status=429)
    return see_other(f"/{path.kind}/{path.secret}?sent=1")  # so that going back sends no second one


@site.post(ADDRESS + "/session")
async def enter_code(request: web.Request, desks: Desks, path: InvitationPath) -> web.Response:
    """Let in who has the phone at hand."""
    address = await counted(request, Rate.CODE)
    view = await _view(request, desks, path)
    fields = await read_form(request)
    given = checked(PhoneCode, {"code": "".join(fields.get("code", ())).strip()})
    try:
        opened = await desks.identity.enter_code(
            PURPOSES[path.kind], path.secret, given.code, address=address
        )
    except (WrongCredentials, TooManyTries, Expired) as error:
        shown = {"sent": True, "fault": error.code}
        return _door(request, path, view, shown, status=problem_of(error).status)
    return await let_in(request, desks, opened, f"/{path.kind}/{path.secret}")


async def _onward(
    request: web.Request,
    desks: Desks,
    actor: Resident,
    path: InvitationPath,
    view: InvitationView,
) -> web.Response:
    match PURPOSES[path.kind]:
        case Purpose.ROOM:
            meeting = await desks.meetings.from_invitation(actor, path.secret)
            return see_other(f"/m/cases/{view.case_id}/meetings/{meeting}")
        case Purpose.SIGN:
            agreement = await desks.signing.from_invitation(actor, path.secret)
            return see_other(f"/m/agreements/{agreement}")
        case Purpose.MATTER:
            return see_other(f"/m/matters/{view.subject}")
        case _:
            rated = await desks.followups.has_rated(actor, path.secret)
            called = await desks.alarms.who_was_called(actor)
            shown = {"secret": path.secret, "rated": rated, "called": called}
            return render(request, "m/rate.html", shown)


async def _view(request: web.Request, desks: Desks, path: InvitationPath) -> InvitationView:
    async with counting_misses(request):
        return await desks.identity.invitation(PURPOSES[path.kind], path.secret)


async def _logged_in(request: web.Request) -> Resident | None:
    try:
        return await sessions.resident(request)
    except (NotLoggedIn, NotFound):
        return None


def _door(
    request: web.Request,
    path: InvitationPath,
    view: InvitationView,
    more: Mapping[str, object],
    *,
    status: int = 200,
) -> web.Response:
    shown = {
        "invitation": view,
        "title": TITLES[PURPOSES[path.kind]],
        "base": f"/{path.kind}/{path.secret}",
        "sent": False,
        "fault": "",
        "stranger": False,
        **more,
    }
    return render(request, "m/invitation.html", shown, status=status)
