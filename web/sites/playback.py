"""Looking at a recording: the film of everybody, who spoke when, and everybody's own films."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.actors import Resident, Staff
from domain.ids import CaseId, MeetingId
from services.film_words import ANOTHER_FILE
from services.views import FilmView, SegmentView, TurnView
from web.desks import Desks
from web.sites.residents import RoomPath
from web.sites.site import Shown, Site

site = Site()


@site.get("/desk/cases/{case_id}/meetings/{meeting_id}/recordings", "desk/recordings.html")
async def recordings(desks: Desks, actor: Staff, path: RoomPath) -> Shown:
    """Show what was recorded, to the mediator."""
    lists = await desks.manifests.list_for(actor, MeetingId(path.meeting_id))
    shown = await _shown(desks, actor, path, viewer=actor.name)
    return {**shown, "actor": actor, "lists": lists}


@site.get("/m/cases/{case_id}/meetings/{meeting_id}/recordings", "m/recordings.html")
async def own_recordings(desks: Desks, actor: Resident, path: RoomPath) -> Shown:
    """Show what was recorded, to a party."""
    case = await desks.cases.view(actor, CaseId(path.case_id))
    own = next((one.name for one in case.parties if one.person_id == actor.id), "")
    return await _shown(desks, actor, path, viewer=own or "当事人")


async def _shown(
    desks: Desks, actor: Staff | Resident, path: RoomPath, *, viewer: str
) -> Mapping[str, object]:
    meeting_id = MeetingId(path.meeting_id)
    people: dict[tuple[str, str], list[SegmentView]] = defaultdict(list)
    for segment in await desks.meetings.segments(actor, meeting_id):
        people[segment.name, segment.source.value].append(segment)
    films = await desks.films.list_for(actor, meeting_id)
    return {
        "films": [await _film(desks, actor, meeting_id, one) for one in films],
        "people": people,
        "another_file": ANOTHER_FILE,
        "case_id": path.case_id,
        "meeting_id": meeting_id,
        "viewer": viewer,
    }


async def _film(
    desks: Desks, actor: Staff | Resident, meeting_id: MeetingId, film: FilmView
) -> Mapping[str, object]:
    turns: Sequence[TurnView] = ()
    if film.ready:
        turns = await desks.films.turns(actor, meeting_id, aside=film.aside)
    return {"of": film, "turns": turns, "speakers": list(dict.fromkeys(one.name for one in turns))}
