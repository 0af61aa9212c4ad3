"""The workbench: the queue, one case, its agreement, its room and its recordings."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from domain.access import Action, can
from domain.actors import Staff
from domain.agreements import Stage
from domain.cases import CaseState
from domain.clauses import ClauseKind
from domain.consents import SIGNING
from domain.errors import NotFound
from domain.ids import AgreementId, CaseId, MeetingId
from domain.ports.cases import CaseFilter
from services.views import AgreementView, CaseView
from services.words import CASE_STATES, HOW
from web.api.cases import Queue
from web.api.shapes import AgreementPath, CasePath
from web.desks import Desks
from web.keys import SETTINGS
from web.progress import STEPS, reached
from web.rendering import render
from web.sites.residents import RoomPath, room_of
from web.sites.site import Shown, Site, see_other
from web.versions import agreement_with_version

site = Site()
CLAUSE_KINDS = {
    ClauseKind.PAY: "付钱",
    ClauseKind.DO: "做一件事",
    ClauseKind.REFRAIN: "不再做一件事",
    ClauseKind.STATUS: "婚姻、收养、继承",
    ClauseKind.OTHER: "其他约定",
}


@site.get("/desk", "desk/queue.html")
async def queue(desks: Desks, actor: Staff, query: Queue) -> Shown:
    """Show the queue, alarmed cases first."""
    return await _queue(desks, actor, query)


async def _queue(desks: Desks, actor: Staff, query: Queue) -> Mapping[str, object]:
    states = frozenset({query.state}) if query.state else frozenset[CaseState]()
    wanted = CaseFilter(states=states, words=query.words)
    cases, after = await desks.cases.page(actor, wanted, limit=query.limit, after=query.after)
    return {
        "actor": actor,
        "cases": cases,
        "next": after,
        "query": query,
        "counts": await desks.cases.counts(actor),
        "states": CASE_STATES,
        "unknown": await desks.cases.unknown_notices(actor),
        "waiting": await _waiting(desks, actor),
        "late_matters": await _late_matters(desks, actor),
        "left": await desks.cases.without_mediator(actor),
        "tied": await desks.bindings.is_tied(actor),
    }


@site.post("/desk/wechat", "desk/queue.html")
async def bind_wechat(desks: Desks, actor: Staff) -> Shown:
    """Show the code that ties this log-in to a WeChat account, this once."""
    shown = await _queue(desks, actor, Queue.model_validate({}))
    return {**shown, "bind_code": await desks.bindings.code(actor)}


@site.post("/desk/wechat/loosen")
async def loosen_wechat(desks: Desks, actor: Staff) -> web.Response:
    """Give one's own WeChat account up; the phone is logged out at once."""
    await desks.bindings.loosen(actor, actor.id)
    return see_other("/desk")


@site.get("/desk/cases/{case_id}", "desk/case.html")
async def case(request: web.Request, desks: Desks, actor: Staff, path: CasePath) -> Shown:
    """Show one case with everything that may be done to it now."""
    found = await desks.cases.view(actor, CaseId(path.case_id))
    return {
        "actor": actor,
        "case": found,
        "talk": await desks.hand_overs.of_case(actor, CaseId(path.case_id)),
        "to_reach": await desks.reaching.in_case(actor, CaseId(path.case_id)),
        "choices": await desks.cases.choices(actor),
        "steps": STEPS,
        "at": reached(found.line.state),
        "offset": offset(request, desks),
    }


@site.get("/desk/cases/{case_id}/code", "desk/code.html")
async def code(desks: Desks, actor: Staff, path: CasePath) -> Shown:
    """Show the case code to be printed."""
    return {"actor": actor, "case": await desks.cases.view(actor, CaseId(path.case_id))}


@site.get("/desk/cases/{case_id}/agreement", "desk/agreement.html")
async def new_agreement(desks: Desks, actor: Staff, path: CasePath) -> Shown:
    """Show the empty form of an agreement, or the words of the last edition to begin from."""
    found = await desks.cases.view(actor, CaseId(path.case_id))
    if "draft" not in found.may:
        raise NotFound(path.case_id)
    earlier = found.agreements[0] if found.agreements else None
    return _editor(actor, found, earlier, version=0, fresh=True)


@site.get("/desk/agreements/{agreement_id}")
async def agreement(
    request: web.Request, desks: Desks, actor: Staff, path: AgreementPath
) -> web.Response:
    """Show an agreement: to write it, to sign it, to seal it, or to read it."""
    view, version = await agreement_with_version(desks, actor, AgreementId(path.agreement_id))
    found = await desks.cases.view(actor, view.case_id)
    shown = _editor(actor, found, view, version=version, fresh=False)
    writing = view.stage is Stage.DRAFT and "draft" in found.may
    template = "desk/agreement.html" if writing else "desk/paper.html"
    return render(request, template, shown)


@site.get("/desk/cases/{case_id}/meetings/{meeting_id}", "room.html")
async def room(desks: Desks, actor: Staff, path: RoomPath) -> Shown:
    """Show the room to the mediator."""
    ticket = await desks.meetings.ticket(actor, MeetingId(path.meeting_id))
    return room_of(desks, ticket=ticket, name=actor.name, role="mediator")


async def _waiting(desks: Desks, actor: Staff) -> int:
    """Count who waits too long for a human, for those who may answer."""
    return await desks.hand_overs.late(actor) if can(actor, Action.TALK).allow else 0


async def _late_matters(desks: Desks, actor: Staff) -> int:
    """Count the daily-life matters whose answer is late, for those who may answer."""
    return await desks.matters.late(actor) if can(actor, Action.LIST_MATTERS).allow else 0


def offset(request: web.Request, desks: Desks) -> str:
    """The centre's offset from UTC now, as RFC 3339 writes it."""
    plain = desks.clock().astimezone(request.app[SETTINGS].centre.zone).strftime("%z")
    return f"{plain[:3]}:{plain[3:]}"


def _editor(
    actor: Staff, case: CaseView, view: AgreementView | None, *, version: int, fresh: bool
) -> dict[str, object]:
    mine = None
    if view is not None:
        mine = next((one for one in view.signers if one.field == view.my_field), None)
    return {
        "actor": actor,
        "case": case,
        "agreement": view,
        "version": version,
        "fresh": fresh,
        "kinds": CLAUSE_KINDS,
        "mine": mine,
        "consent": SIGNING,
        "hows": HOW,
    }
