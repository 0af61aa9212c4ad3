"""The desk's page of texts that only a human can judge."""

from __future__ import annotations

from domain.actors import Staff
from services.words import REVIEWS
from web.desks import Desks
from web.sites.site import Shown, Site

site = Site()


@site.get("/desk/checks", "desk/checks.html")
async def checks(desks: Desks, actor: Staff) -> Shown:
    """Show what waits, oldest first."""
    return {"actor": actor, "texts": await desks.checks.queue(actor), "reviews": REVIEWS}
