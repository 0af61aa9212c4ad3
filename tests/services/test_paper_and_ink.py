"""An agreement on marriage: printed, signed with ink, recorded, seen by a second person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.actors import Resident, Staff
from domain.agreements import Closed, CloseReason, Inked, InkSigned
from domain.cases import CaseState
from domain.deadlines import DueKind
from domain.errors import (
    BadInput,
    IllegalMove,
    NotFound,
    NotReady,
    Stale,
    UnderAge,
    WetInkOnly,
    WrongCredentials,
)
from domain.ids import AgreementId
from domain.originals import How, Mark
from domain.ports.papers import VerdictKind
from services.originals import Recorded
from tests.factories import CLERK, DIVORCE, LI, ZHAO, a_content, a_payment, an_original
from tests.services.house import (
    CENTRE,
    ZHANG_PHONE,
    House,
    Quarrel,
    a_report_filed,
    accepted,
    in_effect,
    meeting_fixed,
    other_side,
    stranger,
)

SCAN = b"%PDF-1.7 the signed paper"
PHOTO = b"\x89PNG\r\n\x1a\nits second page"
TODAY = date(2026, 11, 20)


async def confirmed(house: House) -> tuple[Quarrel, AgreementId]:
    """Both sides confirmed a divorce and a payment."""
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await house.agreements.draft(LI, quarrel.case_id, a_content(DIVORCE, a_payment()))
    for party in (quarrel.wang, other_side(quarrel)):
        await house.agreements.confirm(party, paper, version=await seen(house, paper))
    return quarrel, paper


async def printed(house: House) -> tuple[Quarrel, AgreementId]:
    """The words are fixed for ink."""
    quarrel, paper = await confirmed(house)
    await house.originals.print(LI, paper, version=await seen(house, paper))
    await house.work_off()
    return quarrel, paper


async def recorded(house: House, *scans: bytes, **changes: Any) -> tuple[Quarrel, AgreementId]:
    """The mediator recorded what came back."""
    quarrel, paper = await printed(house)
    await record(house, paper, *scans, **changes)
    return quarrel, paper


async def record(house: House, paper: AgreementId, *scans: bytes, **changes: Any) -> None:
    """Upload the scans and record the original."""
    kept = [await house.originals.keep_scan(LI, paper, one) for one in scans or (SCAN,)]
    told: dict[str, Any] = {
        "scans": tuple(one.sha256 for one in kept),
        "marks": an_original().marks,
        "signed_on": TODAY,
        "witnesses": "社区干部孙二",
    }
    await house.originals.record(
        LI, paper, version=await seen(house, paper), told=Recorded(**{**told, **changes})
    )
    await house.work_off()


async def complete(house: House, paper: AgreementId, by: Staff = ZHAO) -> None:
    """Whoever holds the seal finds the original complete."""
    version = await seen(house, paper)
    await house.originals.take_effect(
        by, paper, version=version, reason="齐全", code=house.one_time_code(ZHAO)
    )
    await house.work_off()


async def seen(house: House, paper: AgreementId) -> int:
    return (await house.agreement(paper)).version


async def dues(house: House, *subjects: str) -> dict[DueKind, datetime]:
    async with house.store.read() as work:
        return {due.kind: due.due_at for due in await work.dues.of_subjects(subjects)}


async def test_a_divorce_goes_its_whole_way_on_paper(house: House) -> None:
    quarrel, paper = await confirmed(house)
    with pytest.raises(WetInkOnly):
        await house.agreements.freeze(LI, paper, version=await seen(house, paper))

    await house.originals.print(LI, paper, version=await seen(house, paper))
    await house.work_off()
    assert (await house.case(quarrel.case_id)).state is CaseState.SIGNING
    assert house.chat.to("o-wang")[-1][0] == "sign-on-paper"
    step = (await house.cases.view(quarrel.wang, quarrel.case_id)).line.next_step
    assert ("在纸上亲笔签名" in step.words, step.due is not None) == (True, True)
    await record(house, paper, SCAN, PHOTO)
    await complete(house, paper)

    agreement = await house.agreement(paper)
    assert isinstance(agreement, InkSigned)
    assert agreement.effective_on == TODAY
    assert (await house.case(quarrel.case_id)).state is CaseState.PERFORMING
    shown = await house.cases.view(other_side(quarrel), quarrel.case_id)
    assert [one.text.startswith("张三于2026年12月1日前") for one in shown.obligations] == [True]
    assert house.sms.to(f"+86{ZHANG_PHONE}")[-1].startswith("effective ")
    assert (await house.kinds(quarrel.case_id))[-4:] == [
        "case.signing",
        "agreement.original-recorded",
        "agreement.ink-signed",
        "case.performing",
    ]


async def test_the_thirty_days_count_from_the_day_on_the_paper(house: House) -> None:
    quarrel, paper = await printed(house)
    house.clock.forward(timedelta(days=4))
    await record(house, paper, signed_on=TODAY + timedelta(days=1))

    await complete(house, paper)

    since = datetime(2026, 11, 21, tzinfo=CENTRE.zone)
    assert (await dues(house, quarrel.case_id))[DueKind.CONFIRMATION] == since + timedelta(days=25)


async def test_each_party_gets_the_scan_once_it_counts_and_a_stranger_never(house: House) -> None:
    quarrel, paper = await recorded(house)
    (scan,) = getattr(await house.agreement(paper), "original", an_original()).scans
    zhang = other_side(quarrel)
    with pytest.raises(NotFound):
        await house.originals.scan(zhang, paper, scan.sha256)
    assert (await house.originals.scan(ZHAO, paper, scan.sha256))[0] == SCAN

    await complete(house, paper)

    assert await house.originals.scan(zhang, paper, scan.sha256) == (SCAN, scan)
    view = await house.agreements.view(zhang, paper)
    assert view.original is not None
    assert [one.how for one in view.original.marks] == ["签名", "按指印", "签名", "盖章"]
    for who in (stranger(), CLERK):
        with pytest.raises(NotFound):
            await house.originals.scan(who, paper, scan.sha256)


async def test_what_was_seen_by_whom_is_kept_as_evidence(house: House) -> None:
    _, paper = await recorded(house, SCAN, PHOTO)
    agreement = await house.agreement(paper)
    assert isinstance(agreement, Inked)
    assert agreement.original is not None

    await complete(house, paper)

    told = json.loads((await house.signing.evidence(LI, paper, "committee")).record)
    assert told["scans_sha256"] == [one.sha256 for one in agreement.original.scans]
    assert (told["printed_sha256"], told["signed_on"]) == (agreement.head, "2026-11-20")
    assert (told["recorded_by"], told["signer"]) == (LI.ref, ZHAO.ref)
    assert told["marks"]["party-2"] == "fingerprint"


async def test_a_wrong_scan_is_replaced_before_it_counts(house: House) -> None:
    _, paper = await recorded(house, b"%PDF-1.7 a bill for water")

    await record(house, paper, SCAN)
    await complete(house, paper)

    wrong = await house.verifying.check(b"%PDF-1.7 a bill for water")
    right = await house.verifying.check(SCAN)
    assert (wrong.kind, wrong.reason) == (VerdictKind.UNKNOWN, "unregistered")
    assert (right.kind, right.reason) == (VerdictKind.GENUINE, "ink-scan")
    with pytest.raises(IllegalMove):
        await record(house, paper, SCAN)


async def test_a_record_replaced_meanwhile_is_not_found_complete(house: House) -> None:
    _, paper = await recorded(house)
    before = await seen(house, paper)
    await record(house, paper, PHOTO)

    with pytest.raises(Stale):
        await house.originals.take_effect(
            ZHAO, paper, version=before, reason="齐全", code=house.one_time_code(ZHAO)
        )


async def test_an_incomplete_original_goes_back_to_the_mediator(house: House) -> None:
    quarrel, paper = await recorded(house)

    await house.originals.send_back(
        ZHAO, paper, version=await seen(house, paper), reason="缺第二页"
    )
    await house.work_off()

    assert getattr(await house.agreement(paper), "original", "-") is None
    assert (await house.kinds(quarrel.case_id))[-1] == "agreement.original-sent-back"
    with pytest.raises(NotReady):
        await complete(house, paper)
    await record(house, paper, SCAN, PHOTO)
    await complete(house, paper)


async def test_a_print_can_be_withdrawn_until_it_was_signed(house: House) -> None:
    quarrel, paper = await recorded(house)
    with pytest.raises(IllegalMove):
        await house.agreements.withdraw(LI, paper, version=await seen(house, paper))
    await house.originals.send_back(ZHAO, paper, version=await seen(house, paper), reason="没有签")

    await house.agreements.withdraw(LI, paper, version=await seen(house, paper))

    agreement = await house.agreement(paper)
    assert isinstance(agreement, Closed)
    assert agreement.reason is CloseReason.WITHDRAWN
    assert (await house.case(quarrel.case_id)).state is CaseState.MEDIATING
    assert DueKind.INK_SIGNING not in await dues(house, paper)


async def test_a_party_need_not_come_to_sign(house: House) -> None:
    quarrel, paper = await printed(house)

    await house.signing.decline(other_side(quarrel), paper, reason="再想想")

    assert (await house.agreement(paper)).stage == "closed"
    assert (await house.case(quarrel.case_id)).state is CaseState.MEDIATING


async def test_an_agreement_in_effect_on_paper_is_not_withdrawn(house: House) -> None:
    _, paper = await recorded(house)
    await complete(house, paper)

    with pytest.raises(IllegalMove):
        await house.agreements.withdraw(LI, paper, version=await seen(house, paper))


async def test_only_the_mediator_records_and_only_the_seal_completes(house: House) -> None:
    quarrel, paper = await recorded(house)
    told = Recorded(scans=("0" * 64,), marks=an_original().marks, signed_on=TODAY, witnesses="")
    version = await seen(house, paper)

    others: tuple[Resident | Staff, ...] = (ZHAO, CLERK, quarrel.wang, stranger())
    for who in others:
        with pytest.raises(NotFound):
            await house.originals.record(who, paper, version=version, told=told)
        with pytest.raises(NotFound):
            await house.originals.keep_scan(who, paper, SCAN)
    for who in (LI, CLERK, quarrel.wang):
        with pytest.raises(NotFound):
            await house.originals.take_effect(
                who, paper, version=version, reason="齐全", code="000000"
            )
    with pytest.raises(WrongCredentials):
        await house.originals.take_effect(
            ZHAO, paper, version=version, reason="齐全", code="000000"
        )


async def test_what_is_no_scan_of_this_paper_is_refused(house: House) -> None:
    _, paper = await printed(house)

    with pytest.raises(BadInput, match="scan"):
        await house.originals.keep_scan(LI, paper, b"GIF89a")
    with pytest.raises(BadInput, match="scans"):
        await record(house, paper, scans=("0" * 64,))
    with pytest.raises(NotReady, match="committee"):
        await record(house, paper, marks=an_original().marks[:3])
    stranger_mark = Mark(field="party-9", how=How.SIGNED)
    with pytest.raises(BadInput, match="marks"):
        await record(house, paper, marks=(*an_original().marks, stranger_mark))


async def test_the_scan_of_one_paper_proves_no_other(house: House) -> None:
    _, paper = await recorded(house)
    await complete(house, paper)
    _, other = await printed(house)

    with pytest.raises(BadInput, match="scans"):
        await record(house, other, SCAN)


async def test_a_scan_tells_its_day_and_claims_no_signature(house: House) -> None:
    _, paper = await recorded(house)
    await complete(house, paper)

    verdict = await house.verifying.check(SCAN)

    assert verdict.agreement_id == paper
    assert verdict.signatures == ()
    assert verdict.effective_at == datetime(2026, 11, 20, tzinfo=CENTRE.zone)


async def test_an_unsigned_print_is_called_by_its_name(house: House) -> None:
    _, paper = await printed(house)

    verdict = await house.verifying.check(await house.agreements.pdf(LI, paper))

    assert (verdict.kind, verdict.reason) == (VerdictKind.INCOMPLETE, "ink-blank")


async def test_a_paper_that_does_not_come_back_is_asked_for_and_never_expires(
    house: House,
) -> None:
    _, paper = await printed(house)

    await house.sweep(after=timedelta(days=7))
    await house.sweep(after=timedelta(days=7))

    told = [text.split()[0] for text in house.sms.to(await phone_of(house, LI))]
    assert told.count("original-awaited") == 2
    assert isinstance(await house.agreement(paper), Inked)
    await record(house, paper, signed_on=TODAY)
    await house.sweep(after=timedelta(days=7))
    told = [text.split()[0] for text in house.sms.to(await phone_of(house, ZHAO))]
    assert told.count("original-to-check") == 2


async def phone_of(house: House, staff: Staff) -> str:
    async with house.store.read() as work:
        return (await work.staff.get(staff.id)).phone


async def test_a_minor_signs_no_paper_alone_either(house: House) -> None:
    quarrel, paper = await printed(house)
    await born(quarrel, date(2008, 11, 21))

    with pytest.raises(UnderAge):
        await record(house, paper)


async def test_a_birth_learned_after_the_record_still_stops_the_original(house: House) -> None:
    quarrel, paper = await recorded(house)
    await born(quarrel, date(2008, 11, 21))

    with pytest.raises(UnderAge):
        await complete(house, paper)

    assert isinstance(await house.agreement(paper), Inked)


async def test_a_page_is_recorded_once_however_often_it_is_named(house: House) -> None:
    _, paper = await printed(house)
    scan = await house.originals.keep_scan(LI, paper, SCAN)

    with pytest.raises(BadInput, match="scans"):
        await record(house, paper, scans=(scan.sha256, scan.sha256))


async def born(quarrel: Quarrel, day: date) -> None:
    """When 张三 was born was learned in another case of theirs, while this paper was signed."""
    async with quarrel.house.store.begin() as work:
        child = await work.people.get(other_side(quarrel).id)
        await work.people.save(replace(child, born=day))


async def test_an_electronic_agreement_awaits_no_original(house: House) -> None:
    _, paper = await in_effect(house)

    with pytest.raises(IllegalMove):
        await house.originals.keep_scan(LI, paper, SCAN)
