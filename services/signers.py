"""Who signs an agreement: the people of its case, as they are now."""

from __future__ import annotations

from domain.agreements import Signer
from domain.cases import Case
from domain.errors import NotReady
from domain.people import Person
from domain.ports.store import Work


async def signers_of(work: Work, case: Case) -> tuple[Signer, ...]:
    """Give who signs in which field: every party, named and in order, then the mediator."""
    signers = []
    for count, party in enumerate(case.parties, start=1):
        person = await work.people.get(party.person_id)
        if not person.name:
            raise NotReady(f"case {case.id}: a party has no name yet")
        signers.append(
            Signer(
                field=f"party-{count}",
                name=person.name,
                person_id=party.person_id,
                phone_index=await phone_index(work, person),
            )
        )
    if len(signers) < 2:  # noqa: PLR2004  # a quarrel has two sides
        raise NotReady(f"case {case.id}: the other side is missing")
    if case.mediator is None:
        raise NotReady(f"case {case.id}: no mediator")
    member = await work.staff.get(case.mediator)
    return (*signers, Signer(field="mediator", name=member.name, staff_id=member.id))


async def phone_index(work: Work, person: Person) -> str:
    """Give the blind index of the number that somebody's codes go to; empty without a number."""
    return await work.people.phone_index(person.phone) if person.phone else ""
