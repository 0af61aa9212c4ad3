"""The pages of daily-life matters: the desk's list and one matter, and the resident's own."""

from __future__ import annotations

from domain.actors import Resident, Staff
from domain.ids import MatterId
from domain.matters import LONGEST_ANSWER, LONGEST_TOLD, LONGEST_UNIT
from services.matter_words import GRADES
from web.api.matters import MatterPath, MatterQueue
from web.desks import Desks
from web.sites.site import Shown, Site

site = Site()
LONGEST = {"answer": LONGEST_ANSWER, "told": LONGEST_TOLD, "unit": LONGEST_UNIT}


@site.get("/desk/matters", "desk/matters.html")
async def matters(desks: Desks, actor: Staff, query: MatterQueue) -> Shown:
    """Show what waits for an answer, the one that is due first at the top."""
    lines, after = await desks.matters.listed(
        actor, over=query.over, limit=query.limit, after=query.after
    )
    return {"actor": actor, "matters": lines, "next": after, "query": query}


@site.get("/desk/matters/{matter_id}", "desk/matter.html")
async def matter(desks: Desks, actor: Staff, path: MatterPath) -> Shown:
    """Show one matter, and what may be done with it now."""
    found = await desks.matters.view(actor, MatterId(path.matter_id))
    units = desks.matters.centre.units
    return {"actor": actor, "matter": found, "longest": LONGEST, "units": units}


@site.get("/m/matters/{matter_id}", "m/matter.html")
async def my_matter(desks: Desks, actor: Resident, path: MatterPath) -> Shown:
    """Show a resident's matter: where it stands, the answer, and how to rate it."""
    found = await desks.matters.view(actor, MatterId(path.matter_id))
    return {"matter": found, "grades": GRADES, "longest": LONGEST}
