"""Reporting for somebody (代办): who may, and whom they mean by name and number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.actors import Role
from domain.errors import BadInput
from domain.helping import Helped
from domain.ids import PersonId, StaffId
from domain.people import Person, StaffMember
from domain.phones import e164
from domain.ports.outside import Chance
from domain.ports.store import Work


async def helper_of(work: Work, person: PersonId) -> StaffMember | None:
    """Name the grid worker whose WeChat account this is; only they may report for residents."""
    member = await work.staff.by_person(person)
    return member if member is not None and Role.GRID_WORKER in member.roles else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Helping:
    """Finds for whom somebody reports, and keeps who was not known."""

    chance: Chance
    demo: bool  #: are numbers of nobody taken?

    async def told_by(
        self, work: Work, helped: Helped | None, teller: PersonId
    ) -> tuple[StaffId | None, PersonId]:
        """Say who helps whom, if the teller may help; else they tell it for themselves."""
        helper = await helper_of(work, teller) if helped is not None else None
        if helped is None or helper is None:
            return None, teller
        return helper.id, await self.resident_for(work, helped)

    async def resident_for(self, work: Work, helped: Helped) -> PersonId:
        """Find whom is helped by number and name; two of a household may share a number."""
        number = self._number(helped.phone)
        known = await work.people.by_phone(number) if number else None
        if known is not None and known.name in ("", helped.name):
            if not known.name:
                await work.people.save(replace(known, name=helped.name))
            return known.id
        person = Person(id=PersonId(self.chance.id()), name=helped.name, phone=number)
        await work.people.add(person)
        return person.id

    def _number(self, typed: str) -> str:
        try:
            return e164(typed, demo=self.demo)
        except BadInput:
            return ""  # nobody can be reached there; the story still names it
