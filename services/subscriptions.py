"""What residents let us send them, as their phone tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actors import Resident
from domain.notices import Way
from domain.ports.store import Store
from services.outreach import Outreach

ACCEPTED = frozenset({"accept", "acceptWithAudio", "acceptWithForcePush"})
REJECTED = frozenset({"reject", "ban"})
MOST_ASKED = 3  #: templates in one question; older WeChat takes no more
MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDesk:
    """The desk that remembers what may be sent to whom."""

    store: Store
    outreach: Outreach

    async def to_ask(self, resident: Resident) -> tuple[str, ...]:
        """Name the mini-program's templates that a yes would help with, long-term ones apart.

        One question holds long-term or one-time templates, never both (requestSubscribeMessage).
        """
        templates = self.outreach.book.of_way(Way.MINI_SUBSCRIBED)
        appid = self.outreach.appid(Way.MINI_SUBSCRIBED)
        wanted = []
        async with self.store.begin() as work:
            for account in await work.people.identities(resident.id):
                if account.appid != appid:
                    continue
                for one in templates:
                    known = await self.outreach.subscription(work, appid, account.openid, one.id)
                    if not known.left:
                        wanted.append(one)
        long_term = [one.id for one in wanted if one.long_term]
        return tuple((long_term or [one.id for one in wanted])[:MOST_ASKED])

    async def answered(self, resident: Resident, results: Mapping[str, str], *, tap: str) -> None:
        """Count what somebody answered on their phone; the same tap told again counts once."""
        appid = self.outreach.appid(Way.MINI_SUBSCRIBED)
        async with self.store.begin() as work:
            for account in await work.people.identities(resident.id):
                if account.appid != appid:
                    continue
                for template, result in results.items():
                    known = self.outreach.book.by_id(template) is not None
                    if known and result in ACCEPTED | REJECTED:
                        yes = result in ACCEPTED
                        await self.outreach.chosen(work, account, template, yes=yes, tap=tap)
