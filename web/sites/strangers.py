"""Pages for whoever holds a code: where a case stands, and whether a paper is genuine."""

from __future__ import annotations

from aiohttp import web

from web.api.papers import see_public_paper
from web.api.shapes import SecretPath
from web.desks import Desks
from web.guesses import counting_misses
from web.progress import STEPS, reached
from web.sites.site import Shown, Site

site = Site()


@site.get("/c/{secret}", "public/case.html")
async def case(request: web.Request, desks: Desks, path: SecretPath) -> Shown:
    """Show state, next step, its date and the phone; nothing personal."""
    async with counting_misses(request):
        found = await desks.cases.public(path.secret)
    return {"case": found, "steps": STEPS, "at": reached(found.state)}


@site.get("/v/{secret}", "public/paper.html")
async def paper(request: web.Request, desks: Desks, path: SecretPath) -> Shown:
    """Show number, committee and state; more only to whoever has the paper itself."""
    return {"paper": await see_public_paper(request, desks, path)}


@site.get("/v", "public/paper.html")
async def any_paper() -> Shown:
    """Take a paper without knowing which it should be."""
    return {"paper": None}
