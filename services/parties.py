"""The people of a case: who stands on which side, under which true name and number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.access import Action
from domain.actors import Actor
from domain.cases import Party, Side
from domain.errors import BadInput
from domain.ids import CaseId, PersonId
from domain.people import Person
from domain.phones import e164
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from services.desk_rules import case_for, one_of, unchanged
from services.rooms import review_rooms_of_person
from services.settings import Centre
from services.tidings import case_changed

LONGEST_NAME = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDesk:
    """The desk that puts down who the parties are."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    centre: Centre

    async def add(
        self,
        actor: Actor,
        case_id: CaseId,
        *,
        version: int,
        name: str,
        phone: str,
        side: str,
        gender: str = "",
        address: str = "",
    ) -> PersonId:
        """Name one more party; whom the centre knows by number is the same person."""
        chosen = one_of(Side, "side", side)
        async with self.store.begin() as work:
            case = unchanged(await case_for(work, actor, Action.ADD_PARTY, case_id), version)
            person = await self._find_or_make(
                work, name=name, phone=phone, gender=gender, address=address
            )
            party = Party(person_id=person.id, side=chosen)
            changed, event = case.add_party(party, by=actor, at=self.clock())
            await work.cases.save(changed, event)
        await case_changed(self.bus, case_id)
        return person.id

    async def name(
        self,
        actor: Actor,
        case_id: CaseId,
        person_id: PersonId,
        *,
        name: str,
        phone: str,
        gender: str = "",
        address: str = "",
    ) -> None:
        """Put down who a party is: true name and number, as checked by the mediator."""
        async with self.store.begin() as work:
            case = await case_for(work, actor, Action.ADD_PARTY, case_id)
            named, event = case.name_party(person_id, by=actor, at=self.clock())
            number = e164(phone, demo=self.centre.demo)
            known = await work.people.by_phone(number) if number else None
            if known is not None and known.id != person_id:
                raise BadInput("phone", "belongs to somebody else")
            person = await work.people.get(person_id)
            await work.people.save(
                replace(person, name=true_name(name), phone=number, gender=gender, address=address)
            )
            if number != person.phone:
                await work.logins.revoke_by_phone(person_id)  # whoever holds the other phone
                await review_rooms_of_person(work, person_id)
            await work.cases.save(named, event)
        await case_changed(self.bus, case_id)

    async def _find_or_make(
        self, work: Work, *, name: str, phone: str, gender: str, address: str
    ) -> Person:
        number = e164(phone, demo=self.centre.demo)
        known = await work.people.by_phone(number) if number else None
        if known is not None and known.name not in ("", true_name(name)):
            raise BadInput("phone", "belongs to somebody else")
        if known is not None:
            return known
        person = Person(
            id=PersonId(self.chance.id()),
            name=true_name(name),
            phone=number,
            gender=gender,
            address=address,
        )
        await work.people.add(person)
        return person


def true_name(value: str) -> str:
    """Give a name as it is printed, without stray spaces."""
    name = "".join(value.split()) if value.isascii() is False else " ".join(value.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput("name", "1 to 50 characters")
    return name
