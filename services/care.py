"""What people ask in the chat beside their cases, done within the transaction of the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.conversations import (
    AskCopy,
    AskHuman,
    AskStays,
    CheckText,
    EndHuman,
    HearRevoked,
    Incoming,
    Intent,
    PassOn,
    ShareTalk,
    TakeBack,
    TellMine,
)
from domain.fraud import judge
from domain.ids import PersonId
from domain.ports.store import Work
from services import words
from services.checks import CheckDesk
from services.handovers import HandOverDesk
from services.privacy import PrivacyDesk, foreseen

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDesk:
    """The desk behind everything that is no case; it gives the facts that a reply still lacks."""

    privacy: PrivacyDesk
    hand_overs: HandOverDesk
    checks: CheckDesk

    async def carry_out(
        self, work: Work, intent: Intent, incoming: Incoming, person: PersonId
    ) -> Mapping[str, str]:
        """Do what a dialogue wants done, and give what its reply names in braces."""
        told = await self._talking(work, intent, incoming, person)
        return told or await self._own_data(work, intent, person)

    async def _talking(
        self, work: Work, intent: Intent, incoming: Incoming, person: PersonId
    ) -> Mapping[str, str]:
        match intent:
            case AskHuman():
                await self.hand_overs.ask(work, incoming, person)
            case ShareTalk():
                shared = await self.hand_overs.share(work, incoming, person)
                return {"shared": words.SHARED if shared else words.NOBODY_TO_SHARE}
            case PassOn(media_id=media_id, words=said):
                told = replace(incoming, text=said) if said else incoming
                await self.hand_overs.hear(work, told, person, media_id)
            case CheckText(text=text):
                return await self.checks.ask(work, text, judge(text), person)
            case EndHuman():
                await self.hand_overs.end_by_person(work, person)
            case _:
                pass
        return NOTHING

    async def _own_data(self, work: Work, intent: Intent, person: PersonId) -> Mapping[str, str]:
        match intent:
            case TellMine():
                own = await self.privacy.told(work, person)
                told = "\n".join(words.own_line(one.name, one.there) for one in own.lines)
                return {"my_data": told}
            case AskCopy():
                asked = await self.privacy.ask_copy(work, person)
                return {"copy": words.COPY_ASKED if asked else words.COPIES_ENOUGH}
            case AskStays(wish=wish):
                standing = (await self.privacy.told(work, person)).standing
                return {"stays": words.what_stays(foreseen(wish, standing))}
            case TakeBack(wish=wish):
                await self.privacy.take_back(work, person, wish)
            case HearRevoked(cause=cause, codes=codes):
                await self.privacy.heard(work, person, cause, codes)
            case _:
                pass
        return NOTHING
