"""What people ask in the chat beside their cases, done within the transaction of the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.conversations import (
    AgreeGuard,
    AskCopy,
    AskGuard,
    AskHuman,
    AskStays,
    CheckText,
    EndGuard,
    EndHuman,
    FileMatter,
    HearRevoked,
    Incoming,
    Intent,
    InviteGuard,
    PassOn,
    RateMatter,
    ShareTalk,
    Subscribe,
    TakeBack,
    TellMatter,
    TellMine,
    Unsubscribe,
)
from domain.errors import IllegalMove
from domain.fraud import Verdict, judge
from domain.guarding import Scope
from domain.ids import PersonId
from domain.ports.store import Work
from services import words
from services.checks import CheckDesk
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.matters import MatterDesk
from services.own_data import own_data
from services.privacy import PrivacyDesk
from services.standing import foreseen, going, standing_of

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDesk:
    """The desk behind everything that is no case; it gives the facts that a reply still lacks."""

    privacy: PrivacyDesk
    hand_overs: HandOverDesk
    checks: CheckDesk
    guards: GuardDesk
    matters: MatterDesk

    async def carry_out(
        self, work: Work, intent: Intent, incoming: Incoming, person: PersonId
    ) -> Mapping[str, str]:
        """Do what a dialogue wants done, and give what its reply names in braces."""
        told = await self._talking(work, intent, incoming, person)
        told = told or await self._guarding(work, intent, person)
        told = told or await self._daily_life(work, intent, person)
        return told or await self._own_data(work, intent, person)

    async def _talking(
        self, work: Work, intent: Intent, incoming: Incoming, person: PersonId
    ) -> Mapping[str, str]:
        match intent:
            case AskHuman(danger=danger):
                await self.hand_overs.ask(work, incoming, person, danger=danger)
            case ShareTalk():
                shared = await self.hand_overs.share(work, incoming, person)
                return {"shared": words.SHARED if shared else words.NOBODY_TO_SHARE}
            case PassOn(media_id=media_id, words=said):
                told = replace(incoming, text=said) if said else incoming
                await self.hand_overs.hear(work, told, person, media_id)
            case CheckText(text=text):
                finding = judge(text)
                if finding.verdict is Verdict.FRAUD:
                    await self.guards.warn(work, person, Scope.FRAUD)
                return await self.checks.ask(work, text, finding, person)
            case EndHuman():
                await self.hand_overs.end_by_person(work, person)
            case _:
                pass
        return NOTHING

    async def _guarding(self, work: Work, intent: Intent, person: PersonId) -> Mapping[str, str]:
        match intent:
            case Subscribe(topic=topic):
                await self.guards.subscribe(work, person, topic)
            case Unsubscribe():
                await self.guards.unsubscribe(work, person)
            case InviteGuard(scopes=scopes):
                return await self.guards.invite(work, person, scopes)
            case AskGuard(code=code):
                return await self.guards.asked_by(work, person, code)
            case AgreeGuard(code=code):
                return await self.guards.agree(work, person, code)
            case EndGuard(sides=sides):
                return await self.guards.end(work, person, sides)
            case _:
                pass
        return NOTHING

    async def _daily_life(self, work: Work, intent: Intent, person: PersonId) -> Mapping[str, str]:
        match intent:
            case FileMatter(report=report):
                matter = await self.matters.file(work, report, person=person)
                return self.matters.facts(matter)
            case RateMatter(matter_id=matter_id, grade=grade):
                try:
                    rated = await self.matters.rate(work, matter_id, person=person, grade=grade)
                except IllegalMove:
                    return {"matter_rated": intent.too_late}
                return {"matter_rated": intent.said, **self.matters.facts(rated)}
            case TellMatter(matter_id=matter_id, words=more, media=media):
                try:
                    if more:
                        await self.matters.say_more(work, matter_id, person=person, words=more)
                    for media_id in media:
                        await self.matters.show_more(work, matter_id, media_id, person=person)
                except IllegalMove:
                    return {"matter_told": intent.too_late}
                return {"matter_told": intent.said}
            case _:
                pass
        return NOTHING

    async def _own_data(self, work: Work, intent: Intent, person: PersonId) -> Mapping[str, str]:
        match intent:
            case TellMine():
                own = await own_data(work, person)
                told = "\n".join(words.own_line(one.name, one.there) for one in own.lines)
                return {"my_data": told}
            case AskCopy():
                asked = await self.privacy.ask_copy(work, person)
                return {"copy": words.COPY_ASKED if asked else words.COPIES_ENOUGH}
            case AskStays(wish=wish, happens=happens):
                standing = await standing_of(work, person)
                goes, left = going(wish, standing), foreseen(wish, standing)
                return {"stays": words.what_goes_and_stays(goes, left, happens=happens)}
            case TakeBack(wish=wish):
                await self.privacy.take_back(work, person, wish)
            case HearRevoked(cause=cause, codes=codes):
                await self.privacy.heard(work, person, cause, codes)
            case _:
                pass
        return NOTHING
