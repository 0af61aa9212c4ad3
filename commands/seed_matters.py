"""Invented daily-life matters, one in every state, beside the invented cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.office import Office
from commands.stories import MATTERS
from domain.actors import Actor, Resident
from domain.cases import Spot
from domain.ids import MatterId, PersonId
from domain.matters import Grade, MatterReport
from domain.people import Person
from domain.ports.store import Store

STEP = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """Where the invented matters come to be."""

    desks: Office
    store: Store
    clerk: Actor
    at: Callable[[datetime], None]  #: sets the clock

    async def all(self, now: datetime) -> int:
        """Let every matter of the stories happen, the oldest first; how many they are."""
        for story in sorted(MATTERS, key=lambda one: -one.days_ago):
            moment = now - timedelta(days=story.days_ago)
            self.at(moment)
            resident = await self._resident()
            report = MatterReport(told=story.told, spot=Spot(words=story.place))
            matter = await self.desks.matters.file_own(resident, report)
            if story.unit:
                self.at(moment + STEP)
                await self._take(matter.id, story.unit)
            if story.instead:
                await self._refuse(matter.id, story.reason, story.instead)
            if story.answer:
                self.at(moment + 2 * STEP)
                await self._answer(matter.id, story.answer)
            if story.grade:
                self.at(moment + 3 * STEP)
                await self.desks.matters.rate_own(resident, matter.id, Grade(story.grade))
        return len(MATTERS)

    async def _resident(self) -> Resident:
        person = Person(id=PersonId(self.desks.matters.chance.id()), name="王居民")
        async with self.store.begin() as work:
            await work.people.add(person)
        return Resident(id=person.id)

    async def _take(self, matter_id: MatterId, unit: str) -> None:
        version = await self._version(matter_id)
        await self.desks.matters.take(self.clerk, matter_id, version=version, unit=unit)

    async def _answer(self, matter_id: MatterId, words: str) -> None:
        version = await self._version(matter_id)
        await self.desks.matters.answer(self.clerk, matter_id, version=version, words=words)

    async def _refuse(self, matter_id: MatterId, reason: str, instead: str) -> None:
        await self.desks.matters.refuse(
            self.clerk,
            matter_id,
            version=await self._version(matter_id),
            reason=reason,
            instead=instead,
        )

    async def _version(self, matter_id: MatterId) -> int:
        return (await self.desks.matters.view(self.clerk, matter_id)).version
