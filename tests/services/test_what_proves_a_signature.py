"""What a signature rests on: the text that was agreed to, the number, the code, the moment."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from domain.agreements import Sealed
from domain.codes import Purpose
from domain.consents import CONSENTS
from domain.errors import BadInput, IllegalMove, NotFound, NotLoggedIn, NotReady, WrongCredentials
from domain.ids import AgreementId
from domain.scope import EVERYTHING
from tests.factories import CLERK, LI
from tests.services.house import (
    ZHANG_PHONE,
    House,
    Quarrel,
    a_report_filed,
    accepted,
    frozen,
    give_signature,
    meeting_fixed,
    other_side,
    sealed,
    signature_of,
    signed,
)


async def at_the_signing(house: House) -> tuple[Quarrel, AgreementId]:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    return quarrel, await frozen(quarrel)


async def test_the_evidence_holds_the_text_the_number_and_the_file(house: House) -> None:
    quarrel, paper = await at_the_signing(house)
    shown = (await signature_of(house, other_side(quarrel), paper)).shown_sha256

    await give_signature(house, other_side(quarrel), paper)

    record = json.loads((await house.signing.evidence(LI, paper, "party-2")).record)
    agreed = CONSENTS[record["consent_text"]]
    assert record["consent_sha256"] == agreed.sha256
    assert "不是替别人签" in "".join(agreed.words)
    assert record["code_sent_to"] == f"{ZHANG_PHONE[-11:-8]}****{ZHANG_PHONE[-4:]}"
    assert record["document_sha256"] == shown
    with pytest.raises(NotFound):
        await house.signing.evidence(CLERK, paper, "party-2")


async def test_a_text_that_is_not_shown_now_is_not_agreed_to(house: House) -> None:
    quarrel, paper = await at_the_signing(house)
    given = await signature_of(house, quarrel.wang, paper)

    with pytest.raises(BadInput, match="consent_version"):
        await house.signing.sign(
            quarrel.wang, paper, replace(given, consent_version="esign-2001-01")
        )


async def test_a_page_that_was_not_read_is_not_signed(house: House) -> None:
    quarrel, paper = await at_the_signing(house)
    given = await signature_of(house, quarrel.wang, paper)

    with pytest.raises(BadInput, match="pages_read"):
        await house.signing.sign(quarrel.wang, paper, replace(given, pages_read=()))
    await house.signing.sign(quarrel.wang, paper, given)


async def test_a_code_to_log_in_signs_nothing(house: House) -> None:
    quarrel, paper = await at_the_signing(house)
    zhang = other_side(quarrel)
    given = await signature_of(house, zhang, paper)
    async with house.store.read() as work:
        secret = await work.tokens.text(Purpose.SIGN, f"{quarrel.case_id}/{zhang.id}")
    await house.identity.ask_code(Purpose.SIGN, secret, address="10.0.0.9")
    await house.work_off()
    code = house.last_code(ZHANG_PHONE.removeprefix("+86"))

    with pytest.raises(WrongCredentials):
        await house.signing.sign(zhang, paper, replace(given, code=code))
    await house.identity.enter_code(Purpose.SIGN, secret, code, address="10.0.0.9")


async def test_nobody_gives_a_signer_another_number(house: House) -> None:
    quarrel, _paper = await at_the_signing(house)
    zhang = other_side(quarrel)
    before = await house.kinds(quarrel.case_id)

    with pytest.raises(IllegalMove):
        await house.parties.name(LI, quarrel.case_id, zhang.id, name="张三", phone="12000000077")

    assert await house.kinds(quarrel.case_id) == before


async def test_a_number_changed_in_another_case_signs_nothing_here(house: House) -> None:
    quarrel, paper = await at_the_signing(house)
    zhang = other_side(quarrel)
    async with house.store.begin() as work:
        person = await work.people.get(zhang.id)
        await work.people.save(replace(person, phone="+8612000000077"))

    with pytest.raises(NotReady):
        await house.signing.ask_intent_code(zhang, paper)


async def test_who_names_a_party_stands_in_the_history(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)

    await house.parties.name(
        LI, quarrel.case_id, other_side(quarrel).id, name="张三丰", phone=ZHANG_PHONE
    )

    async with house.store.read() as work:
        event = (await work.cases.history(quarrel.case_id))[-1]
    assert (event.kind, event.by) == ("case.party-named", LI.ref)


async def test_who_held_the_wrong_phone_is_out_once_the_number_is_right(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    await house.work_off()
    zhang = other_side(quarrel)
    async with house.store.read() as work:
        secret = await work.tokens.text(Purpose.ROOM, f"{quarrel.case_id}/{zhang.id}")
    await house.identity.ask_code(Purpose.ROOM, secret, address="10.0.0.9")
    await house.work_off()
    code = house.last_code(ZHANG_PHONE.removeprefix("+86"))
    opened = await house.identity.enter_code(Purpose.ROOM, secret, code, address="10.0.0.9")

    await house.parties.name(LI, quarrel.case_id, zhang.id, name="张三", phone="12000000078")

    with pytest.raises(NotLoggedIn):
        await house.identity.who(opened.secret)


async def test_a_number_that_belongs_to_somebody_else_names_nobody_new(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))

    with pytest.raises(BadInput, match="phone"):
        await house.parties.add(
            LI,
            quarrel.case_id,
            version=await quarrel.version(),
            name="李四",
            phone=ZHANG_PHONE,
            side="respondent",
        )


async def test_it_is_in_effect_from_the_moment_of_the_seal(house: House) -> None:
    quarrel, paper = await at_the_signing(house)
    await signed(quarrel, paper)

    await sealed(quarrel, paper)

    agreement = await house.agreement(paper)
    assert isinstance(agreement, Sealed)
    assert agreement.signatures[-1].done_at == agreement.effective_at
    async with house.store.read() as work:
        case = await work.cases.get(quarrel.case_id, EVERYTHING)
    assert case.state.value == "performing"
