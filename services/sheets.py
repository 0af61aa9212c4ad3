"""An agreement and its people as the sheet that is printed."""

from __future__ import annotations

from datetime import datetime

from domain.agreements import Agreement
from domain.codes import Purpose
from domain.ids import StaffId
from domain.ports.papers import AgreementSheet, PartySheet
from domain.ports.store import Work
from domain.scope import EVERYTHING
from services.agreement_views import spoken
from services.settings import Centre
from services.words import CAPACITIES, CONTACT_ON_FILE, PERFORMANCE, SIDES


async def sheet_of(
    work: Work, agreement: Agreement, *, centre: Centre, at: datetime
) -> AgreementSheet:
    """Fill form 6 of 司发通〔2010〕239号 from the agreement, its parties and the centre."""
    case = await work.cases.get(agreement.case_id, EVERYTHING)
    parties = []
    mediator = ""
    for signer in agreement.signers:
        if signer.person_id is None:
            mediator = (await work.staff.get(StaffId(signer.staff_id or ""))).name
            continue
        person = await work.people.get(signer.person_id)
        party = case.party_of(signer.person_id)
        parties.append(
            PartySheet(
                name=person.name,
                side=SIDES[party.side] if party else "",
                gender=person.gender,
                contact=CONTACT_ON_FILE,
                address=CONTACT_ON_FILE,
                field=signer.field,
                hand=signer.hand,
                capacity=CAPACITIES[signer.capacity] if signer.hand else "",
            )
        )
    secret = await work.tokens.text(Purpose.PAPER, agreement.id)
    return AgreementSheet(
        agreement_id=agreement.id,
        number=agreement.number,
        version=agreement.edition,
        committee=centre.committee,
        region=centre.region,
        parties=tuple(parties),
        mediator=mediator,
        recorder=mediator,
        facts=agreement.content.facts,
        terms=spoken(agreement),
        performance=PERFORMANCE,
        copies=len(parties) + 1,
        date=at.astimezone(centre.zone).date(),
        verify_url=centre.verify_page(secret),
        demo=centre.demo,
        data=agreement.words,
        wet_ink=agreement.wet_ink,
    )
