"""Minors and agents: nobody signs alone who may not, nobody for another without proof."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest

from domain.capacities import Capacity, age_on
from domain.consents import SIGNING, SIGNING_FOR
from domain.errors import BadInput, BothSides, IllegalMove, NotFound, NotReady, UnderAge
from domain.ids import AgreementId
from tests.factories import CLERK, LI, ZHAO, a_content
from tests.services.house import (
    WANG_PHONE,
    ZHANG_PHONE,
    House,
    Quarrel,
    a_report_filed,
    accepted,
    frozen,
    give_signature,
    meeting_fixed,
    other_side,
    signature_of,
    stranger,
)

MANDATE = b"%PDF-1.7 a mandate"
PROOF = hashlib.sha256(MANDATE).hexdigest()


async def talking(house: House) -> Quarrel:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    return quarrel


async def born(quarrel: Quarrel, day: date) -> None:
    """The mediator puts down when 张三 was born."""
    await quarrel.house.parties.name(
        LI, quarrel.case_id, other_side(quarrel).id, name="张三", phone=ZHANG_PHONE, born=day
    )


async def represented(quarrel: Quarrel, capacity: Capacity) -> None:
    """李四 signs for 张三, by a document that the mediator has."""
    parties = quarrel.house.parties
    await parties.keep_proof(LI, quarrel.case_id, MANDATE)
    await parties.represent(
        LI,
        quarrel.case_id,
        other_side(quarrel).id,
        version=await quarrel.version(),
        capacity=capacity,
        name="李四",
        proof=PROOF,
    )


async def confirmed(quarrel: Quarrel) -> AgreementId:
    house = quarrel.house
    paper = await house.agreements.draft(LI, quarrel.case_id, a_content())
    for party in (quarrel.wang, other_side(quarrel)):
        version = (await house.agreement(paper)).version
        await house.agreements.confirm(party, paper, version=version)
    return paper


async def test_a_minor_signs_nothing_alone(house: House) -> None:
    quarrel = await talking(house)
    await born(quarrel, date(2008, 11, 21))
    paper = await confirmed(quarrel)
    version = (await house.agreement(paper)).version

    with pytest.raises(UnderAge):
        await house.agreements.freeze(LI, paper, version=version)
    with pytest.raises(UnderAge):
        await house.originals.print(LI, paper, version=version)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2062, 1, 1), date(1, 1, 1)])
async def test_a_day_on_which_nobody_was_born_is_a_slip(house: House, day: date) -> None:
    quarrel = await talking(house)

    with pytest.raises(BadInput, match="born"):
        await born(quarrel, day)


async def test_who_turned_eighteen_today_signs(house: House) -> None:
    quarrel = await talking(house)
    await born(quarrel, date(2008, 11, 20))

    await give_signature(house, other_side(quarrel), await frozen(quarrel))


async def test_a_minor_is_bound_by_a_guardian_and_not_by_an_agent(house: House) -> None:
    quarrel = await talking(house)
    await born(quarrel, date(2015, 6, 1))
    await represented(quarrel, Capacity.AGENT)
    paper = await confirmed(quarrel)
    version = (await house.agreement(paper)).version
    with pytest.raises(UnderAge):
        await house.agreements.freeze(LI, paper, version=version)
    await house.agreements.withdraw(LI, paper, version=version)

    await represented(quarrel, Capacity.GUARDIAN)

    await give_signature(house, other_side(quarrel), await frozen(quarrel))


async def test_a_birth_learned_after_the_freeze_still_stops_the_signature(house: House) -> None:
    quarrel = await talking(house)
    paper = await frozen(quarrel)
    async with house.store.begin() as work:
        person = await work.people.get(other_side(quarrel).id)
        await work.people.save(replace(person, born=date(2015, 6, 1)))

    with pytest.raises(UnderAge):
        await house.signing.ask_intent_code(other_side(quarrel), paper)


async def test_an_agent_signs_under_their_own_name_and_with_their_proof(house: House) -> None:
    quarrel = await talking(house)
    await represented(quarrel, Capacity.AGENT)
    paper = await frozen(quarrel)
    given = await signature_of(house, other_side(quarrel), paper)
    assert given.consent_version == SIGNING_FOR.version

    await house.signing.sign(other_side(quarrel), paper, given)
    await house.work_off()

    told = json.loads((await house.signing.evidence(LI, paper, "party-2")).record)
    assert (told["capacity"], told["hand"], told["proof_sha256"]) == ("agent", "李四", PROOF)
    assert told["consent_text"] == SIGNING_FOR.version
    assert "替当事人签" in "".join(SIGNING_FOR.words)
    assert "party-2 李四" in (await house.agreements.pdf(LI, paper)).decode()
    assert PROOF in (await house.agreement(paper)).words


async def test_an_agent_does_not_agree_to_sign_for_themselves(house: House) -> None:
    quarrel = await talking(house)
    await represented(quarrel, Capacity.AGENT)
    paper = await frozen(quarrel)
    given = await signature_of(house, quarrel.wang, paper)
    assert given.consent_version == SIGNING.version
    agents = await signature_of(house, other_side(quarrel), paper)

    with pytest.raises(BadInput, match="consent_version"):
        await house.signing.sign(
            other_side(quarrel), paper, replace(agents, consent_version=SIGNING.version)
        )


async def test_nobody_signs_for_another_without_a_document(house: House) -> None:
    quarrel = await talking(house)
    who = other_side(quarrel).id

    with pytest.raises(BadInput, match="proof"):
        await house.parties.represent(
            LI,
            quarrel.case_id,
            who,
            version=await quarrel.version(),
            capacity=Capacity.AGENT,
            name="李四",
            proof="0" * 64,
        )
    with pytest.raises(BadInput, match="scan"):
        await house.parties.keep_proof(LI, quarrel.case_id, b"trust me")


@pytest.mark.parametrize("name", ["王小明", "李调解"])
async def test_nobody_signs_for_the_other_side_too(house: House, name: str) -> None:
    """民法典 168: whoever acts for a party makes no bargain with themselves."""
    quarrel = await talking(house)
    await quarrel.house.parties.keep_proof(LI, quarrel.case_id, MANDATE)

    with pytest.raises(BothSides):
        await quarrel.house.parties.represent(
            LI,
            quarrel.case_id,
            other_side(quarrel).id,
            version=await quarrel.version(),
            capacity=Capacity.AGENT,
            name=name,
            proof=PROOF,
        )


async def test_one_agent_does_not_act_for_both_sides(house: House) -> None:
    quarrel = await talking(house)
    await represented(quarrel, Capacity.AGENT)

    with pytest.raises(BothSides):
        await quarrel.house.parties.represent(
            LI,
            quarrel.case_id,
            quarrel.wang.id,
            version=await quarrel.version(),
            capacity=Capacity.AGENT,
            name="李四",
            proof=PROOF,
        )


async def test_an_agent_who_turns_out_to_be_the_other_side_signs_nothing(house: House) -> None:
    quarrel = await talking(house)
    await represented(quarrel, Capacity.AGENT)

    await quarrel.house.parties.name(
        LI, quarrel.case_id, quarrel.wang.id, name="李四", phone=WANG_PHONE
    )

    with pytest.raises(BothSides):
        await house.agreements.draft(LI, quarrel.case_id, a_content())


async def test_a_change_of_who_signs_asks_everybody_anew(house: House) -> None:
    quarrel = await talking(house)
    paper = await confirmed(quarrel)

    await represented(quarrel, Capacity.HEAD)

    with pytest.raises(NotReady):
        await house.agreements.freeze(LI, paper, version=(await house.agreement(paper)).version)
    assert (await house.kinds(quarrel.case_id))[-1] == "case.party-represented"


async def test_who_signs_is_fixed_while_the_paper_is_signed(house: House) -> None:
    quarrel = await talking(house)
    await frozen(quarrel)

    with pytest.raises(IllegalMove):
        await represented(quarrel, Capacity.AGENT)


async def test_a_proof_is_shown_to_the_centre_alone(house: House) -> None:
    quarrel = await talking(house)
    await represented(quarrel, Capacity.AGENT)

    assert await house.parties.proof(LI, quarrel.case_id, PROOF) == (MANDATE, "application/pdf")
    assert (await house.parties.proof(ZHAO, quarrel.case_id, PROOF))[0] == MANDATE
    for who in (quarrel.wang, stranger()):
        with pytest.raises(NotFound):
            await house.parties.proof(who, quarrel.case_id, PROOF)
    with pytest.raises(NotFound):
        await house.parties.proof(CLERK, quarrel.case_id, "0" * 64)


@pytest.mark.parametrize(
    ("born_on", "years"),
    [(date(2008, 2, 29), 17), (date(2008, 2, 28), 18), (date(2008, 3, 1), 17)],
)
def test_years_are_full_on_the_day_itself(born_on: date, years: int) -> None:
    assert age_on(date(2026, 2, 28), born_on) == years
