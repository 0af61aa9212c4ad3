"""Trying devices and line before a meeting, alone and unseen."""

from __future__ import annotations

from collections.abc import Mapping

from domain.actors import Resident, Staff
from domain.ids import CaseId, MeetingId
from web.desks import Desks
from web.sites.residents import RoomPath
from web.sites.site import Shown, Site

site = Site()


@site.get("/m/cases/{case_id}/meetings/{meeting_id}/test", "testing.html")
async def own_trial(desks: Desks, actor: Resident, path: RoomPath) -> Shown:
    """Let a party try camera, microphone, sound and network."""
    await desks.cases.view(actor, CaseId(path.case_id))
    return await _trial(desks, actor, path, face="m")


@site.get("/desk/cases/{case_id}/meetings/{meeting_id}/test", "testing.html")
async def trial(desks: Desks, actor: Staff, path: RoomPath) -> Shown:
    """Let the mediator try them."""
    return await _trial(desks, actor, path, face="desk")


async def _trial(
    desks: Desks, actor: Staff | Resident, path: RoomPath, *, face: str
) -> Mapping[str, object]:
    return {
        "ticket": await desks.meetings.ticket(actor, MeetingId(path.meeting_id)),
        "phone": desks.cases.centre.phone,
        "case": f"/{face}/cases/{path.case_id}",
        "room": f"/{face}/cases/{path.case_id}/meetings/{path.meeting_id}",
    }
