"""The page on which a resident sees what is kept about them, takes a copy, or takes it back."""

from __future__ import annotations

from domain.actors import Resident
from domain.privacy import TAKE_BACK, WISHES, CopyState
from services.standing import foreseen, going
from web.api.privacy import take_my_copy
from web.desks import Desks
from web.sites.site import Shown, Site

site = Site()


@site.get("/m/me", "m/me.html")
async def my_data(desks: Desks, actor: Resident) -> Shown:
    """Show what is kept, why and how long, and what can be done about it."""
    own = await desks.privacy.own(actor)
    now = desks.clock()
    ready = [
        one
        for one in own.copies
        if one.state is CopyState.READY and one.ends_at is not None and now < one.ends_at
    ]
    return {
        "own": own,
        "reads": desks.reading.reads,
        "ready": ready,
        "making": any(one.state is CopyState.MAKING for one in own.copies),
        "wishes": [
            (wish, *TAKE_BACK[wish], going(wish, own.standing), foreseen(wish, own.standing))
            for wish in WISHES
        ],
    }


site.post("/m/me/copies/{copy_id}")(take_my_copy)
