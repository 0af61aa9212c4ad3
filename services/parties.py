"""The people of a case: who stands on which side, under which true name and number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from domain.access import Action, can
from domain.actors import Actor
from domain.capacities import Capacity, Representation, check_born
from domain.cases import Case, Party, Side
from domain.codes import BY_PHONE
from domain.errors import BadInput, NotFound
from domain.history import Event
from domain.ids import CaseId, PersonId
from domain.people import Person
from domain.phones import e164
from domain.ports.outside import Bus, Chance, Clock, Objects
from domain.ports.store import Store, Work
from services.desk_rules import case_for, one_of, unchanged
from services.others import proposed_others
from services.rooms import review_rooms_of_person
from services.scans import kind_of
from services.self_told import AS_TOLD, proposed_for
from services.settings import Centre
from services.signers import check_free
from services.tidings import case_changed

LONGEST_NAME = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDesk:
    """The desk that puts down who the parties are."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    objects: Objects
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

    async def add_as_told(
        self, actor: Actor, case_id: CaseId, *, version: int, name: str
    ) -> PersonId:
        """Name the other side as the report does; that nobody checked it is kept.

        Raises NotFound where the report names no such person who is no party yet.
        """
        async with self.store.begin() as work:
            case = unchanged(await case_for(work, actor, Action.ADD_PARTY, case_id), version)
            parties = [await work.people.get(one.person_id) for one in case.parties]
            others = proposed_others(case, parties, demo=self.centre.demo)
            meant = next((one for one in others if one.name == name), None)
            if meant is None or not can(actor, Action.SEE_STORY, case).allow:
                raise NotFound(name)
            person = await self._find_or_make(work, name=meant.name, phone=meant.phone)
            changed, event = case.add_party(
                Party(person_id=person.id, side=Side.RESPONDENT),
                by=actor,
                at=self.clock(),
                person=person.id,
                told=AS_TOLD,
            )
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
        phone: str | None = None,
        gender: str = "",
        address: str = "",
        born: date | None = None,
    ) -> None:
        """Put down who a party is: true name and number, as checked; no number leaves theirs."""
        if born is not None:
            check_born(born, today=self.clock().astimezone(self.centre.zone).date())
        async with self.store.begin() as work:
            case = await case_for(work, actor, Action.ADD_PARTY, case_id)
            named, event = case.name_party(person_id, by=actor, at=self.clock())
            person = await work.people.get(person_id)
            changed = replace(
                person,
                name=true_name(name),
                phone=person.phone if phone is None else e164(phone, demo=self.centre.demo),
                gender=gender,
                address=address,
                born=born or person.born,
            )
            await self._put_down(work, named, event, was=person, now=changed, by=actor)
        await case_changed(self.bus, case_id)

    async def take_as_told(
        self, actor: Actor, case_id: CaseId, person_id: PersonId, *, version: int
    ) -> None:
        """Put down name and number as the party told them; that nobody checked them is kept.

        Raises NotFound where nothing was told that is not put down yet.
        """
        async with self.store.begin() as work:
            case = unchanged(await case_for(work, actor, Action.ADD_PARTY, case_id), version)
            person = await work.people.get(person_id)
            told = proposed_for(case, person, demo=self.centre.demo)
            if told is None or not can(actor, Action.SEE_STORY, case).allow:
                raise NotFound(person_id)
            number = e164(told.phone, demo=self.centre.demo) or person.phone
            changed = replace(person, name=person.name or true_name(told.name), phone=number)
            named, event = case.name_party(person_id, by=actor, at=self.clock(), told=AS_TOLD)
            await self._put_down(work, named, event, was=person, now=changed, by=actor)
        await case_changed(self.bus, case_id)

    async def _put_down(
        self, work: Work, case: Case, event: Event, *, was: Person, now: Person, by: Actor
    ) -> None:
        """Keep who a party is; whoever holds the number they had before is let in no more."""
        known = await work.people.by_phone(now.phone) if now.phone else None
        if known is not None and known.id != now.id:
            raise BadInput("phone", "belongs to somebody else")
        await work.people.save(now)
        events = [event]
        if now.phone != was.phone:
            await work.logins.revoke_by_phone(now.id)  # whoever holds the other phone
            if await self._was_joined(work, case.id, now.id):
                await work.people.unlink(now.id)
                await work.logins.revoke_person(now.id)
                events.append(self._parted(case.id, now.id, by=by))
            await review_rooms_of_person(work, now.id)
        await work.cases.save(case, *events)

    async def _was_joined(self, work: Work, case_id: CaseId, person_id: PersonId) -> bool:
        """Did a WeChat account come to this person by a code to the number they had?"""
        return any(
            event.kind == "person.merged"
            and event.detail.get("into") == person_id
            and event.detail.get("proof") == BY_PHONE
            for event in await work.cases.history(case_id)
        )

    def _parted(self, case_id: CaseId, person_id: PersonId, *, by: Actor) -> Event:
        return Event(
            subject=person_id,
            case_id=case_id,
            kind="person.parted",
            by=by.ref,
            at=self.clock(),
        )

    async def keep_proof(self, actor: Actor, case_id: CaseId, data: bytes) -> str:
        """Keep what proves that somebody may sign for a party; give its hash."""
        async with self.store.read() as work:
            await case_for(work, actor, Action.ADD_PARTY, case_id)
        kind_of(data)
        sha256 = hashlib.sha256(data).hexdigest()
        await self.objects.put(proof_key(case_id, sha256), data)
        return sha256

    async def proof(self, actor: Actor, case_id: CaseId, sha256: str) -> tuple[bytes, str]:
        """Give such a document and its kind to whoever may know the parties."""
        async with self.store.read() as work:
            case = await case_for(work, actor, Action.SEE_CONTACTS, case_id)
        if sha256 not in {one.represented.proof_sha256 for one in case.parties if one.represented}:
            raise NotFound(sha256)
        data = await self.objects.get(proof_key(case_id, sha256))
        return data, kind_of(data)

    async def represent(
        self,
        actor: Actor,
        case_id: CaseId,
        person_id: PersonId,
        *,
        version: int,
        capacity: Capacity,
        name: str,
        proof: str,
    ) -> None:
        """Put down who signs for a party, with its proof; ``self``: the party signs."""
        by_whom = None
        if capacity is not Capacity.SELF:
            await self._check_kept(case_id, proof)
            by_whom = Representation(
                capacity=capacity,
                name=true_name(name),
                proof_sha256=proof,
                recorded_by=actor.ref,
                recorded_at=self.clock(),
            )
        async with self.store.begin() as work:
            case = unchanged(await case_for(work, actor, Action.ADD_PARTY, case_id), version)
            if by_whom is not None:
                await check_free(work, case, person_id, by_whom.name)
            await work.cases.save(*case.represent(person_id, by_whom, by=actor, at=self.clock()))
        await case_changed(self.bus, case_id)

    async def _check_kept(self, case_id: CaseId, sha256: str) -> None:
        try:
            await self.objects.size(proof_key(case_id, sha256))
        except NotFound as missing:
            raise BadInput("proof", "not uploaded") from missing

    async def _find_or_make(
        self, work: Work, *, name: str, phone: str, gender: str = "", address: str = ""
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


def proof_key(case_id: CaseId, sha256: str) -> str:
    """Where a mandate, or the proof of a guardianship or office, is kept."""
    return f"proofs/{case_id}/{sha256}"


def true_name(value: str) -> str:
    """Give a name as it is printed, without stray spaces."""
    name = "".join(value.split()) if value.isascii() is False else " ".join(value.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput("name", "1 to 50 characters")
    return name
