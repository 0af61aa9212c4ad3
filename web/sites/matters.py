"""The pages of daily-life matters: the desk's list and one matter, and the resident's own."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from pydantic import ValidationError

from domain.access import Action, can
from domain.actors import Resident, Staff
from domain.errors import BadInput
from domain.ids import MatterId
from domain.matters import LONGEST_ANSWER, LONGEST_TOLD, LONGEST_UNIT, MOST_MEDIA, SHORTEST_TOLD
from services.matter_words import GRADES
from web.api.matters import MatterPath, MatterQueue, ToldMatter
from web.api.shapes import Input
from web.bodies import invalid
from web.desks import Desks
from web.forms import read_form
from web.rendering import render
from web.sites.site import Shown, Site, see_other


class Just(Input):
    """Was it reported just now?"""

    just: bool = False


site = Site()
LONGEST = {"answer": LONGEST_ANSWER, "told": LONGEST_TOLD, "unit": LONGEST_UNIT}


@site.get("/desk/matters", "desk/matters.html")
async def matters(desks: Desks, actor: Staff, query: MatterQueue) -> Shown:
    """Show what waits for an answer, the one that is due first at the top."""
    lines, after = await desks.matters.listed(
        actor, over=query.over, limit=query.limit, after=query.after
    )
    return {
        "actor": actor,
        "matters": lines,
        "next": after,
        "query": query,
        "takes": can(actor, Action.TAKE_REPORT).allow,
        "longest": LONGEST,
        "shortest": SHORTEST_TOLD,
    }


@site.get("/desk/matters/{matter_id}", "desk/matter.html")
async def matter(desks: Desks, actor: Staff, path: MatterPath) -> Shown:
    """Show one matter, and what may be done with it now."""
    found = await desks.matters.view(actor, MatterId(path.matter_id))
    units = desks.matters.centre.units
    talk = await desks.reaching.about_matter(actor, MatterId(path.matter_id))
    shown = {"actor": actor, "matter": found, "longest": LONGEST, "units": units}
    return {**shown, "talk": talk}


@site.get("/m/matters/new", "m/new-matter.html")
async def matter_form(desks: Desks, actor: Resident) -> Shown:
    """Show the empty form."""
    return await _form(desks, actor, {"form": desks.reports.form()})


@site.post("/m/matters/new")
async def report_matter(request: web.Request, desks: Desks, actor: Resident) -> web.Response:
    """Take a matter from the form, with or without scripts."""
    fields = await read_form(request)
    told = {name: values[0] for name, values in fields.items() if name != "media"}
    body = {name: value for name, value in told.items() if name != "form"}
    try:
        checked = ToldMatter.model_validate({**body, "media": tuple(fields.get("media", ()))})
        matter = await desks.matters.file_own(actor, checked.as_report())
    except ValidationError as error:
        fault = invalid(error).field
    except BadInput as error:
        fault = "place" if error.field == "spot" else error.field
    else:
        return see_other(f"/m/matters/{matter.id}?just=true")
    words = [told.get(name, "") for name in ("told", "place")]
    await desks.alarms.ring_own(actor, "\n".join(filter(None, words)))  # waits for no field
    shown = await _form(desks, actor, told, fault)
    return render(request, "m/new-matter.html", shown, status=422)


@site.get("/m/matters/{matter_id}", "m/matter.html")
async def my_matter(desks: Desks, actor: Resident, path: MatterPath, query: Just) -> Shown:
    """Show a resident's matter: where it stands, the answer, and how to rate it."""
    found = await desks.matters.view(actor, MatterId(path.matter_id))
    return {
        "matter": found,
        "grades": GRADES,
        "longest": LONGEST,
        "just": query.just,
        "called": await desks.alarms.who_was_called(actor),
        "person": actor.id,
    }


async def _form(
    desks: Desks, actor: Resident, told: Mapping[str, str], fault: str = ""
) -> Mapping[str, object]:
    return {
        "told": told,
        "fault": fault,
        "most_pictures": MOST_MEDIA,
        "shortest": SHORTEST_TOLD,
        "longest": LONGEST,
        "days": desks.matters.centre.matter_days,
        "called": await desks.alarms.who_was_called(actor),
        "person": actor.id,
    }
