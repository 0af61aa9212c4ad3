"""What is refused: to strangers, to the other party, to what came too late or twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import VISITOR, Resident, Role, Staff
from domain.agreements import Closed, CloseReason, Sealed, Signing
from domain.cases import CaseState
from domain.codes import Purpose
from domain.errors import (
    AlreadyRated,
    AlreadySigned,
    BadInput,
    Expired,
    IllegalMove,
    MeetingOver,
    NotAllowed,
    NotFound,
    NotReady,
    Stale,
    WrongCredentials,
)
from domain.ids import StaffId
from domain.ports.cases import CaseFilter
from services.meetings import CONSENT_TEXT
from tests.factories import CLERK, LI, ZHAO, a_content, a_member, a_payment, a_report
from tests.services.house import (
    ZHANG_PHONE,
    House,
    a_report_filed,
    accepted,
    frozen,
    give_signature,
    in_effect,
    meeting_fixed,
    other_side,
    registered,
    sealed,
    signature_of,
    signed,
    stranger,
)

OTHER_MEDIATOR = replace(LI, id=StaffId("qian"), name="钱调解")
OTHER_DISTRICT = replace(CLERK, id=StaffId("far"), region="888888")


@pytest.mark.parametrize(
    "who",
    [stranger(), OTHER_MEDIATOR, OTHER_DISTRICT, VISITOR],
    ids=["resident", "mediator", "clerk", "visitor"],
)
async def test_a_case_of_others_looks_like_no_case(house: House, who: Resident | Staff) -> None:
    quarrel = await a_report_filed(house)

    with pytest.raises(NotFound):
        await house.cases.view(who, quarrel.case_id)
    with pytest.raises(NotFound):
        await house.cases.code_picture(who, quarrel.case_id)


async def test_a_forwarded_invitation_shows_nothing(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    await house.work_off()
    secret = house.last_link(ZHANG_PHONE, "meeting-fixed")

    with pytest.raises(NotFound):
        await house.meetings.from_invitation(quarrel.wang, secret)
    with pytest.raises(NotFound):
        await house.meetings.from_invitation(stranger(), secret)
    with pytest.raises(NotFound):
        await house.meetings.from_invitation(LI, secret)


async def test_an_invitation_to_sign_is_the_invited_persons_alone(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    secret = house.last_link(ZHANG_PHONE, "sign")

    assert await house.signing.from_invitation(other_side(quarrel), secret) == paper
    with pytest.raises(NotFound):
        await house.signing.from_invitation(quarrel.wang, secret)


async def test_a_ticket_is_used_once_and_dies_after_five_minutes(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    used = await house.meetings.ticket(quarrel.wang, meeting_id)
    late = await house.meetings.ticket(other_side(quarrel), meeting_id)
    await house.meetings.enter(used)
    house.clock.forward(timedelta(minutes=5))

    for ticket in (used, late, "made-up"):
        with pytest.raises(Expired):
            await house.meetings.enter(ticket)


async def test_a_stranger_gets_no_ticket(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)

    for who in (stranger(), ZHAO, CLERK, OTHER_MEDIATOR):
        with pytest.raises(NotFound):
            await house.meetings.ticket(who, meeting_id)


async def test_a_party_cannot_end_the_meeting(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    seat = await house.meetings.enter(await house.meetings.ticket(quarrel.wang, meeting_id))

    with pytest.raises(NotAllowed):
        await house.meetings.end(seat)


async def test_a_meeting_that_ended_lets_nobody_in(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    seat = await house.meetings.enter(await house.meetings.ticket(LI, meeting_id))
    ticket = await house.meetings.ticket(quarrel.wang, meeting_id)
    await house.meetings.end(seat)

    with pytest.raises(Expired):
        await house.meetings.enter(ticket)
    with pytest.raises(Expired):
        await house.meetings.resume(meeting_id, seat.participant, "")
    with pytest.raises(Expired):
        await house.meetings.ticket(quarrel.wang, meeting_id)


async def test_consent_to_an_older_text_is_no_consent(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    seat = await house.meetings.enter(await house.meetings.ticket(quarrel.wang, meeting_id))

    with pytest.raises(BadInput):
        await house.meetings.consent(seat, given=True, text_version="recording-2025-01")
    given = await house.meetings.consent(seat, given=True, text_version=CONSENT_TEXT)
    taken = await house.meetings.consent(given, given=False, text_version="")
    assert (given.consented, taken.consented) == (True, False)


async def test_consents_in_the_same_moment_are_both_kept(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    seats = [
        await house.meetings.enter(await house.meetings.ticket(who, meeting_id))
        for who in (LI, quarrel.wang, other_side(quarrel))
    ]

    await asyncio.gather(
        *(house.meetings.consent(one, given=True, text_version=CONSENT_TEXT) for one in seats)
    )

    async with house.store.read() as work:
        meeting = await work.meetings.get(meeting_id)
    assert all(one.consent_version == CONSENT_TEXT for one in meeting.attendees)


async def test_two_meetings_are_not_fixed_at_once(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)

    with pytest.raises(IllegalMove):
        await meeting_fixed(quarrel)


async def test_a_cancelled_meeting_kills_its_invitations(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    await house.work_off()
    secret = house.last_link(ZHANG_PHONE, "meeting-fixed")

    await house.meetings.cancel(LI, meeting_id, reason="改期")
    await house.work_off()

    with pytest.raises(MeetingOver):
        await house.identity.invitation(Purpose.ROOM, secret)
    assert house.sms.to(f"+86{ZHANG_PHONE}")[-1].startswith("meeting-cancelled")
    await meeting_fixed(quarrel)


async def test_the_second_of_two_dispatchers_is_refused(house: House) -> None:
    quarrel = await registered(await a_report_filed(house))
    seen = await quarrel.version()

    await house.cases.dispatch(CLERK, quarrel.case_id, version=seen, mediator=LI.id)

    with pytest.raises(Stale):
        await house.cases.dispatch(ZHAO, quarrel.case_id, version=seen, mediator=LI.id)
    with pytest.raises(IllegalMove):
        await house.cases.dispatch(
            ZHAO, quarrel.case_id, version=await quarrel.version(), mediator=LI.id
        )


async def test_two_dispatchers_in_the_same_second_dispatch_once(house: House) -> None:
    quarrel = await registered(await a_report_filed(house))
    seen = await quarrel.version()

    outcomes = await asyncio.gather(
        *(
            house.cases.dispatch(one, quarrel.case_id, version=seen, mediator=LI.id)
            for one in (CLERK, ZHAO)
        ),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "Stale"]
    assert (await house.kinds(quarrel.case_id)).count("case.dispatched") == 1


async def test_a_case_is_not_dispatched_to_who_is_no_mediator(house: House) -> None:
    quarrel = await registered(await a_report_filed(house))

    with pytest.raises(BadInput, match="mediator"):
        await house.cases.dispatch(
            CLERK, quarrel.case_id, version=await quarrel.version(), mediator=ZHAO.id
        )


async def test_a_returned_case_is_gone_for_its_mediator(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))

    await house.cases.give_back(
        LI, quarrel.case_id, version=await quarrel.version(), reason="要回避"
    )

    with pytest.raises(NotFound):
        await house.cases.view(LI, quarrel.case_id)


async def test_a_revision_in_the_meantime_refuses_the_confirmation(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await house.agreements.draft(LI, quarrel.case_id, a_content())
    seen = (await house.agreement(paper)).version

    await house.agreements.revise(
        LI, paper, version=seen, content=a_content(a_payment(amount_fen=1))
    )

    with pytest.raises(Stale):
        await house.agreements.confirm(quarrel.wang, paper, version=seen)


async def test_who_joins_after_the_draft_is_not_left_out_of_the_paper(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await house.agreements.draft(LI, quarrel.case_id, a_content())
    for party in (quarrel.wang, other_side(quarrel)):
        version = (await house.agreement(paper)).version
        await house.agreements.confirm(party, paper, version=version)
    await house.parties.add(
        LI,
        quarrel.case_id,
        version=await quarrel.version(),
        name="孙二",
        phone="10000000003",
        side="respondent",
    )

    with pytest.raises(NotReady):
        await house.agreements.freeze(LI, paper, version=(await house.agreement(paper)).version)
    await house.agreements.revise(
        LI, paper, version=(await house.agreement(paper)).version, content=a_content()
    )
    assert [one.name for one in (await house.agreement(paper)).signers] == [
        "王小明",
        "张三",
        "孙二",
        "李调解",
    ]


async def test_nobody_joins_once_the_paper_is_being_signed(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    await frozen(quarrel)

    with pytest.raises(IllegalMove):
        await house.parties.add(
            LI,
            quarrel.case_id,
            version=await quarrel.version(),
            name="孙二",
            phone="10000000003",
            side="respondent",
        )
    assert "add-party" not in (await house.cases.view(LI, quarrel.case_id)).may


async def test_the_mediator_confirms_nothing_for_the_parties(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await house.agreements.draft(LI, quarrel.case_id, a_content())

    with pytest.raises(NotFound):
        await house.agreements.confirm(LI, paper, version=0)
    with pytest.raises(NotReady):
        await house.agreements.freeze(LI, paper, version=0)


async def test_two_signers_in_the_same_second_both_end_up_in_the_file(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    both = [
        (one, await signature_of(house, one, paper)) for one in (quarrel.wang, other_side(quarrel))
    ]
    for signer, given in both:
        await house.signing.sign(signer, paper, given)
    together = asyncio.Barrier(2)
    meetings = 0

    async def wait_for_the_other() -> None:
        nonlocal meetings
        meetings += 1
        if meetings <= 2:
            await together.wait()

    house.papers.before_signing = wait_for_the_other
    async with asyncio.timeout(30):
        await house.work_off_together()

    agreement = await house.agreement(paper)
    assert isinstance(agreement, Signing)
    assert agreement.waiting_for == ("mediator",)
    file = (await house.agreements.pdf(LI, paper)).decode()
    assert sorted(file.splitlines()[1:]) == ["party-1 王小明", "party-2 张三"]
    assert meetings == 3


async def test_a_double_click_signs_once(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    given = await signature_of(house, quarrel.wang, paper)

    outcomes = await asyncio.gather(
        *(house.signing.sign(quarrel.wang, paper, given) for _ in range(2)),
        return_exceptions=True,
    )
    await house.work_off()

    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadySigned", "Receipt"]
    assert (await house.kinds(quarrel.case_id)).count("agreement.signed") == 1
    with pytest.raises(AlreadySigned):
        await house.signing.sign(quarrel.wang, paper, given)


async def test_a_job_done_twice_signs_once(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    await give_signature(house, quarrel.wang, paper)
    (job,) = house.store.waiting

    await house.do(job)
    await house.do(job)

    assert (await house.kinds(quarrel.case_id)).count("agreement.signed") == 1


async def test_a_signature_needs_the_signers_own_code(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    wangs = await signature_of(house, quarrel.wang, paper)

    with pytest.raises(WrongCredentials):
        await house.signing.sign(other_side(quarrel), paper, wangs)
    with pytest.raises(NotFound):
        await house.signing.sign(stranger(), paper, wangs)


async def test_a_signature_is_for_a_revision_of_this_paper(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    given = replace(await signature_of(house, quarrel.wang, paper), shown_sha256="00" * 32)

    with pytest.raises(BadInput, match="shown_sha256"):
        await house.signing.sign(quarrel.wang, paper, given)


async def test_the_mediator_waits_for_the_parties(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)

    with pytest.raises(NotReady):
        await give_signature(house, LI, paper)


async def test_the_mediator_of_a_case_never_seals_it(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    await signed(quarrel, paper)
    li_as_supervisor = replace(ZHAO, id=LI.id)
    without_the_right = replace(ZHAO, seal_right=False)

    for who in (LI, li_as_supervisor, without_the_right, CLERK, quarrel.wang):
        with pytest.raises(NotFound):
            await house.signing.seal(who, paper, reason="盖章", code="000000")


async def test_nothing_is_sealed_before_everybody_signed(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)

    with pytest.raises(NotReady):
        await sealed(quarrel, paper)


async def test_a_seal_needs_a_reason_and_a_fresh_code(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    await signed(quarrel, paper)

    with pytest.raises(WrongCredentials):
        await house.signing.seal(ZHAO, paper, reason="各方已签", code="000000")
    with pytest.raises(BadInput, match="reason"):
        await house.signing.seal(ZHAO, paper, reason=" ", code=house.one_time_code(ZHAO))
    await sealed(quarrel, paper)
    assert isinstance(await house.agreement(paper), Sealed)


async def test_who_declines_is_heard_and_the_talks_go_on(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    await give_signature(house, quarrel.wang, paper)

    await house.signing.decline(other_side(quarrel), paper, reason="金额太高")
    await house.work_off()

    agreement = await house.agreement(paper)
    assert isinstance(agreement, Closed)
    assert agreement.reason is CloseReason.DECLINED
    assert (await house.case(quarrel.case_id)).state is CaseState.MEDIATING
    assert house.chat.to("o-wang")[-1][0] == "declined"
    again = await frozen(quarrel)
    assert ((await house.agreement(again)).number, (await house.agreement(again)).edition) == (
        agreement.number,
        2,
    )


async def test_who_declined_and_why_stays_on_the_agreement(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)

    await house.signing.decline(other_side(quarrel), paper, reason=" 金额太高 ")

    view = await house.agreements.view(LI, paper)
    assert (view.declined_by, view.declined_why) == ("张三", "金额太高")
    line = (await house.cases.view(LI, quarrel.case_id)).history[-2]
    assert (line.words, line.by, line.why) == ("不同意这份协议", "张*", "金额太高")
    for_clerk = (await house.cases.view(CLERK, quarrel.case_id)).history[-2]
    assert (for_clerk.words, for_clerk.why) == ("不同意这份协议", "")


async def test_despair_in_a_reason_is_read_by_the_centre_and_not_by_the_other_side(house: House):
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    despair = "我不想活了，签了也没用"

    await house.signing.decline(other_side(quarrel), paper, reason=despair)
    await house.work_off()

    told = {
        who: (await house.agreements.view(who, paper)).declined_why
        for who in (LI, other_side(quarrel), quarrel.wang)
    }
    assert list(told.values()) == [despair, despair, "没有说明原因"]
    for_wang = await house.cases.view(quarrel.wang, quarrel.case_id)
    assert despair not in {line.why for line in for_wang.history}
    assert not [words for words in house.chat.to("o-wang") if despair in str(words)]


async def test_words_can_be_declined_without_a_reason(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await house.agreements.draft(LI, quarrel.case_id, a_content())

    await house.signing.decline(quarrel.wang, paper, reason="")

    view = await house.agreements.view(LI, paper)
    assert (view.declined_by, view.declined_why) == ("王小明", "没有说明原因")
    with pytest.raises(IllegalMove):
        await house.signing.decline(quarrel.wang, paper, reason="再一次")


async def test_nobody_signs_for_a_mediation_that_is_over(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    given = await signature_of(house, quarrel.wang, paper)

    await house.cases.end(LI, quarrel.case_id, version=await quarrel.version(), reason="unwilling")

    assert (await house.agreement(paper)).stage == "closed"
    with pytest.raises(IllegalMove):
        await house.signing.sign(quarrel.wang, paper, given)


async def test_a_mediation_does_not_end_while_the_seal_is_put_on(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    await signed(quarrel, paper)
    await house.signing.seal(ZHAO, paper, reason="各方已签", code=house.one_time_code(ZHAO))

    with pytest.raises(IllegalMove):
        await house.cases.end(
            LI, quarrel.case_id, version=await quarrel.version(), reason="unwilling"
        )
    await house.work_off()

    assert (await house.case(quarrel.case_id)).state is CaseState.PERFORMING


async def test_a_ceremony_nobody_finishes_expires(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    await give_signature(house, quarrel.wang, paper)
    await house.work_off()

    await house.sweep(after=timedelta(days=7))

    agreement = await house.agreement(paper)
    assert isinstance(agreement, Closed)
    assert agreement.reason is CloseReason.EXPIRED
    with pytest.raises(IllegalMove):
        await give_signature(house, other_side(quarrel), paper)


async def test_an_agreement_in_effect_is_not_simply_withdrawn(house: House) -> None:
    _, paper = await in_effect(house)

    with pytest.raises(IllegalMove):
        await house.agreements.withdraw(LI, paper, version=(await house.agreement(paper)).version)


async def test_only_the_creditor_says_that_it_was_paid(house: House) -> None:
    quarrel, _ = await in_effect(house)
    zhang = other_side(quarrel)
    (promise,) = (await house.cases.view(zhang, quarrel.case_id)).obligations

    with pytest.raises(NotFound):
        await house.followups.confirm(zhang, promise.id)
    with pytest.raises(NotFound):
        await house.followups.claim(quarrel.wang, promise.id)
    with pytest.raises(NotFound):
        await house.followups.confirm(stranger(), promise.id)


async def test_a_rating_code_works_once_and_for_its_person(house: House) -> None:
    quarrel, _ = await in_effect(house)
    (promise,) = (await house.cases.view(quarrel.wang, quarrel.case_id)).obligations
    await house.followups.confirm(quarrel.wang, promise.id)
    await house.work_off()
    code = house.last_link(ZHANG_PHONE, "rate")
    zhang = other_side(quarrel)

    with pytest.raises(NotFound):
        await house.followups.rate(quarrel.wang, code, stars=1, words="")
    with pytest.raises(BadInput):
        await house.followups.rate(zhang, code, stars=6, words="")
    await house.followups.rate(zhang, code, stars=1, words="太慢")
    assert await house.followups.has_rated(zhang, code)
    with pytest.raises(AlreadyRated):
        await house.followups.rate(zhang, code, stars=5, words="")


async def test_a_party_never_reads_what_the_other_told_the_centre(house: House) -> None:
    quarrel = await accepted(
        await a_report_filed(house, story="他扬言要杀了我全家，地址是枫溪路 8 号")
    )
    await house.cases.acknowledge(CLERK, quarrel.case_id)

    zhangs = await house.cases.view(other_side(quarrel), quarrel.case_id)
    wangs = await house.cases.view(quarrel.wang, quarrel.case_id)

    assert "扬言" not in repr(zhangs)
    assert "枫溪路" not in repr(zhangs)
    assert "10000000001" not in repr(zhangs)
    assert "危险" not in repr(zhangs.history)
    assert "扬言" in wangs.full_story


async def test_only_who_may_read_the_story_sees_it_in_the_list(house: House) -> None:
    await a_report_filed(house, story="他扬言要杀了我全家")
    auditor = replace(ZHAO, id=StaffId("auditor"), role=Role.AUDITOR)

    view = await house.cases.page(auditor, CaseFilter(), limit=10, after="")

    assert "扬言" not in repr(view)


async def test_a_picture_of_somebody_else_is_not_attached(house: House) -> None:
    wang = await house.follower("o-wang")
    zhang = await house.follower("o-zhang")
    picture = await house.media.keep_upload(wang, b"\x89PNG\r\n\x1a\n...", "image/png")

    with pytest.raises(NotFound):
        await house.reports.file_own(zhang, a_report(media=(picture,)))
    with pytest.raises(BadInput, match="picture"):
        await house.media.keep_upload(wang, b"GIF89a", "image/png")


async def test_a_number_that_belongs_to_somebody_else_is_not_put_down_twice(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))

    with pytest.raises(BadInput, match="phone"):
        await house.parties.name(
            LI, quarrel.case_id, quarrel.wang.id, name="王小明", phone=ZHANG_PHONE
        )


async def test_a_mediator_who_left_the_centre_has_no_seat_any_more(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    await house.meetings.enter(await house.meetings.ticket(LI, meeting_id))
    async with house.store.begin() as work:
        member = await work.staff.get(LI.id)
        await work.staff.save(replace(member, active=False))
    async with house.store.read() as work:
        seat = (await work.meetings.get(meeting_id)).staff(LI.id)

    with pytest.raises(Expired):
        await house.meetings.resume(meeting_id, seat.participant, "")
    assert a_member(LI).active
