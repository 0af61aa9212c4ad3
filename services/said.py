"""What the chat said lately, at leisure: its longer answers, to be read in large print or heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Resident
from domain.errors import NotFound
from domain.long_answers import has_a_page, name_of
from domain.ports.store import Store, Work

LOOKED_THROUGH = 1_000  #: of an account's latest messages
LATELY = 50  #: of these, where nobody asks for a certain answer
SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A longer answer of the chat; the id is a name for its message that gives nothing away."""

    id: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidDesk:
    """The desk that repeats to people what they were told."""

    store: Store

    async def recent(self, resident: Resident) -> tuple[Said, ...]:
        """Give the latest longer answers to this person, newest first."""
        async with self.store.read() as work:
            return (await _longer(work, resident, within=LATELY))[:SHOWN]

    async def one(self, resident: Resident, said_id: str) -> Said:
        """Give one of them; raises NotFound for anybody else's and for older ones."""
        async with self.store.read() as work:
            for said in await _longer(work, resident, within=LOOKED_THROUGH):
                if said.id == said_id:
                    return said
        raise NotFound(f"answer {said_id}")


async def _longer(work: Work, resident: Resident, *, within: int) -> tuple[Said, ...]:
    found = [
        Said(id=name_of(kept.incoming.key), at=kept.incoming.sent_at, text=kept.reply.text)
        for account in await work.people.identities(resident.id)
        for kept in await work.inbox.of_account(account.appid, account.openid, limit=within)
        if kept.reply is not None and has_a_page(kept.reply)
    ]
    return tuple(sorted(found, key=lambda said: said.at, reverse=True))
