"""The page of whoever keeps the installation running; forms without scripts."""

from __future__ import annotations

from aiohttp import web

from domain.actors import Staff
from services.words import WAYS, WHYS
from web.api.operating import TroublePath
from web.desks import Desks
from web.sites.site import Shown, Site, see_other

site = Site()
PAGE = "/desk/operations"


@site.get(PAGE, "desk/operations.html")
async def operations(desks: Desks, actor: Staff) -> Shown:
    """Show what broke, and what lives."""
    return {
        "actor": actor,
        "overview": await desks.operations.overview(actor),
        "ways": WAYS,
        "whys": WHYS,
        "events": (await desks.operations.history(actor))[:50],
    }


@site.post(PAGE + "/{trouble_id}/retry")
async def retry(desks: Desks, actor: Staff, path: TroublePath) -> web.Response:
    """Have a job done once more."""
    await desks.operations.retry(actor, path.trouble_id)
    return see_other(PAGE)


@site.post(PAGE + "/{trouble_id}/drop")
async def drop(desks: Desks, actor: Staff, path: TroublePath) -> web.Response:
    """Strike off a message that need not be brought any more."""
    await desks.operations.strike_off(actor, path.trouble_id)
    return see_other(PAGE)
