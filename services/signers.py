"""Who signs an agreement: the people of its case, as they are now."""

from __future__ import annotations

from datetime import date

from domain.agreements import Agreement, Signer
from domain.capacities import Capacity, check_of_age
from domain.cases import Case
from domain.consents import SIGNING, SIGNING_FOR, Consent
from domain.errors import BothSides, NotReady
from domain.ids import PersonId
from domain.people import Person
from domain.ports.store import Work


async def signers_of(work: Work, case: Case) -> tuple[Signer, ...]:
    """Give who signs in which field: every party, named and in order, then the mediator."""
    signers = []
    for count, party in enumerate(case.parties, start=1):
        person, hand = await work.people.get(party.person_id), party.represented
        if not person.name:
            raise NotReady(f"case {case.id}: a party has no name yet")
        if hand is not None:
            await check_free(work, case, party.person_id, hand.name)
        signers.append(
            Signer(
                field=f"party-{count}",
                name=person.name,
                person_id=party.person_id,
                phone_index=await phone_index(work, person),
                capacity=hand.capacity if hand else Capacity.SELF,
                hand=hand.name if hand else "",
                proof_sha256=hand.proof_sha256 if hand else "",
            )
        )
    if len(signers) < 2:  # noqa: PLR2004  # a quarrel has two sides
        raise NotReady(f"case {case.id}: the other side is missing")
    if case.mediator is None:
        raise NotReady(f"case {case.id}: no mediator")
    member = await work.staff.get(case.mediator)
    return (*signers, Signer(field="mediator", name=member.name, staff_id=member.id))


async def check_free(work: Work, case: Case, person_id: PersonId, hand: str) -> None:
    """Refuse whoever stands on another side, signs for it, or leads the talks (民法典 168)."""
    own = case.party_of(person_id)
    taken = {(await work.staff.get(case.mediator)).name} if case.mediator else set()
    for one in case.parties:
        if own is not None and one.side is not own.side:
            taken.add((await work.people.get(one.person_id)).name)
            taken.add(one.represented.name if one.represented else "")
    if hand in taken:
        raise BothSides(f"case {case.id}: {person_id}")


def consent_of(signer: Signer) -> Consent:
    """Give the text that this signer agrees to: whoever signs for another says so."""
    return SIGNING if signer.capacity is Capacity.SELF else SIGNING_FOR


async def phone_index(work: Work, person: Person) -> str:
    """Give the blind index of the number that somebody's codes go to; empty without a number."""
    return await work.people.phone_index(person.phone) if person.phone else ""


async def check_of_age_all(work: Work, agreement: Agreement, *, on: date) -> None:
    """Refuse a paper that a minor would sign alone; raises UnderAge."""
    for one in agreement.signers:
        if one.person_id is not None:
            person = await work.people.get(one.person_id)
            check_of_age(one.field, person.born, one.capacity, on=on)
