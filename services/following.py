"""Who follows our account, and so can be answered in the chat."""

from __future__ import annotations

from domain.ids import PersonId
from domain.people import WeChatIdentity
from domain.ports.store import Work
from services.settings import Centre


async def chat_with(work: Work, person: PersonId, centre: Centre) -> WeChatIdentity | None:
    """Name the account by which somebody can be answered in the chat; None: they follow us not."""
    accounts = await work.people.identities(person)
    ours = [one for one in accounts if one.following and one.appid == centre.official_appid]
    return next(iter(ours), None)
