"""The residents' pages: report, my matters, one matter, its room and its agreement."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web
from pydantic import ValidationError

from domain.actors import Resident
from domain.agreements import Stage
from domain.consents import CONSENTS, RECORDING, RIGHTS, SIGNING
from domain.errors import BadInput, NotLoggedIn
from domain.ids import AgreementId, CaseId, MeetingId
from web.api.listening import AnswerPath
from web.api.reports import MOST_PICTURES, Told
from web.api.shapes import AgreementPath, CasePath, Id, Input, Paging
from web.bodies import invalid
from web.desks import Desks
from web.forms import read_form
from web.progress import STEPS, reached
from web.rendering import render
from web.sessions import Face, resident, secret_of
from web.sites.site import Shown, Site, see_other
from web.versions import agreement_with_version

site = Site()
SIGN_CONSENT = SIGNING.version  #: of the notice about signing electronically


class Joined(Input):
    """Was a number just joined with the WeChat account?"""

    joined: bool = False


class RoomPath(CasePath):
    """A meeting of a case."""

    meeting_id: Id


@site.get("/m/", "m/home.html")
async def home(request: web.Request, desks: Desks) -> Shown:
    """Show what one can do here; nobody needs to log in for that."""
    known = bool(secret_of(request, Face.RESIDENT))
    unread = 0
    with suppress(NotLoggedIn):
        unread = await desks.notices.unread(await resident(request)) if known else 0
    return {"known": known, "unread": unread}


@site.get("/m/messages", "m/messages.html")
async def my_messages(desks: Desks, actor: Resident, query: Paging) -> Shown:
    """List the resident's messages; what is shown here counts as seen."""
    mine, following = await desks.notices.list_mine(actor, limit=query.limit, after=query.after)
    if mine.items:
        await desks.notices.see(actor, mine.items[0].id)
    return {"messages": mine.items, "next": following, "first": not query.after}


@site.get("/m/said", "m/said.html")
async def what_was_said(desks: Desks, actor: Resident) -> Shown:
    """Show the chat's latest longer answers, to be read in large print or listened to."""
    return {"answers": await desks.said.recent(actor), "reads": desks.reading.reads, "alone": False}


@site.get("/m/said/{answer_id}", "m/said.html")
async def what_one_answer_was(desks: Desks, actor: Resident, path: AnswerPath) -> Shown:
    """Show the one answer whose link was tapped in the chat."""
    said = await desks.said.one(actor, path.answer_id)
    return {"answers": (said,), "reads": desks.reading.reads, "alone": True}


@site.get("/m/report", "m/report.html")
async def report_form(desks: Desks, actor: Resident) -> Shown:
    """Show the empty form."""
    told = {"form": desks.reports.form()}
    return await _form(desks, actor, told)


@site.post("/m/report")
async def report(request: web.Request, desks: Desks, actor: Resident) -> web.Response:
    """Take a report from the form, with or without scripts."""
    fields = await read_form(request)
    told = {name: values[0] for name, values in fields.items() if name != "media"}
    try:
        checked = Told.model_validate({**told, "media": tuple(fields.get("media", ()))})
        report = checked.as_report()
        filed = await desks.reports.file_own(actor, report, form=checked.form or "")
    except ValidationError as error:
        fault = invalid(error).field
    except BadInput as error:
        fault = "place" if error.field == "spot" else error.field
    else:
        return see_other(f"/m/cases/{filed.case_id}/reported")
    words = [told.get(name, "") for name in ("story", "place", "others", "danger")]
    await desks.alarms.ring_own(actor, "\n".join(filter(None, words)))  # waits for no field
    shown = await _form(desks, actor, told, fault)
    return render(request, "m/report.html", shown, status=422)


@site.get("/m/cases/{case_id}/reported", "m/reported.html")
async def reported(desks: Desks, actor: Resident, path: CasePath) -> Shown:
    """Say that we have it, under which number, and what comes next by when."""
    case_id = CaseId(path.case_id)
    added = await desks.reports.added_to_alarm(actor, case_id)
    case = await desks.cases.view(actor, case_id)
    called = await desks.alarms.who_was_called(actor)
    return {"case": case, "added": added, "called": called, "person": actor.id}


@site.get("/m/cases", "m/cases.html")
async def my_cases(desks: Desks, actor: Resident, query: Joined) -> Shown:
    """List the resident's matters."""
    return {
        "cases": await desks.cases.mine(actor),
        "matters": await desks.matters.mine(actor),
        "called": await desks.alarms.who_was_called(actor),
        "joined": query.joined,
    }


@site.get("/m/cases/{case_id}", "m/case.html")
async def my_case(desks: Desks, actor: Resident, path: CasePath) -> Shown:
    """Show one matter: where it stands, what comes next, the one thing to do now."""
    case = await desks.cases.view(actor, CaseId(path.case_id))
    today = desks.cases.clock().astimezone(desks.cases.centre.zone).date()
    return {
        "case": case,
        "steps": STEPS,
        "at": reached(case.line.state),
        "called": await desks.alarms.who_was_called(actor),
        "today": today,
        "reads": desks.reading.reads,
    }


@site.get("/m/cases/{case_id}/meetings/{meeting_id}", "room.html")
async def room(desks: Desks, actor: Resident, path: RoomPath) -> Shown:
    """Show the room, with a ticket for this person alone."""
    case = await desks.cases.view(actor, CaseId(path.case_id))
    ticket = await desks.meetings.ticket(actor, MeetingId(path.meeting_id))
    own = next((one.name for one in case.parties if one.person_id == actor.id), "")
    return room_of(desks, ticket=ticket, name=own or "当事人", role="party")


@site.get("/m/agreements/{agreement_id}")
async def agreement(
    request: web.Request, desks: Desks, actor: Resident, path: AgreementPath
) -> web.Response:
    """Show the agreement: to confirm its words, to sign it, or to keep it."""
    view, version = await agreement_with_version(desks, actor, AgreementId(path.agreement_id))
    mine = next((one for one in view.signers if one.field == view.my_field), None)
    shown = {
        "agreement": view,
        "version": version,
        "mine": mine,
        "called": await desks.alarms.who_was_called(actor),
        "consent": CONSENTS.get(view.consent, SIGNING),
        "reads": desks.reading.reads,
    }
    signing = view.stage is Stage.SIGNING and mine and not (mine.signed_at or mine.waiting)
    return render(request, "m/sign.html" if signing else "m/agreement.html", shown)


def room_of(desks: Desks, *, ticket: str, name: str, role: str) -> Mapping[str, object]:
    """What the room's page has to know."""
    return {
        "ticket": ticket,
        "name": name,
        "role": role,
        "phone": desks.cases.centre.phone,
        "consent": RECORDING,
        "rights": RIGHTS,
    }


async def _form(
    desks: Desks, actor: Resident, told: Mapping[str, str], fault: str = ""
) -> Mapping[str, object]:
    return {
        "told": told,
        "fault": fault,
        "most_pictures": MOST_PICTURES,
        "person": actor.id,
        "called": await desks.alarms.who_was_called(actor),
    }
