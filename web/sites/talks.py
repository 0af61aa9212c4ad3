"""The desk's pages of talks with residents: who waits, and one talk with its reply box."""

from __future__ import annotations

from domain.actors import Staff
from services.words import HAND_OVER_STATES
from web.api.talks import TalkPath, see_talk_medium
from web.desks import Desks
from web.sites.site import Shown, Site

site = Site()


@site.get("/desk/talks", "desk/talks.html")
async def talks(desks: Desks, actor: Staff) -> Shown:
    """Show who waits for a human, the longest first."""
    found = await desks.hand_overs.listed(actor)
    return {"actor": actor, "talks": found, "states": HAND_OVER_STATES}


@site.get("/desk/talks/{talk_id}", "desk/talk.html")
async def talk(desks: Desks, actor: Staff, path: TalkPath) -> Shown:
    """Show one talk, and the box to answer."""
    found = await desks.hand_overs.view(actor, path.talk_id)
    return {"actor": actor, "talk": found, "states": HAND_OVER_STATES}


site.get("/desk/talks/{talk_id}/media/{media_id}")(see_talk_medium)
