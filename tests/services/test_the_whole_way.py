"""From a report to a rated service: every desk, one after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.actors import Resident
from domain.agreements import Sealed
from domain.cases import CaseState
from domain.codes import Purpose
from domain.errors import NoGlyph, NotDueYet
from domain.ids import ObligationId
from domain.obligations import ObligationState
from domain.ports.cases import CaseFilter
from domain.ports.papers import VerdictKind
from domain.ports.rooms import Order, Segment
from services.meetings import CONSENT_TEXT
from tests.factories import CLERK, LI, NOON, ZHAO, a_content, a_payment
from tests.services.house import (
    ZHANG_PHONE,
    House,
    a_report_filed,
    accepted,
    frozen,
    in_effect,
    meeting_fixed,
    other_side,
    registered,
    sealed,
    signed,
)


async def test_a_report_gets_number_code_proposals_and_a_deadline(house: House) -> None:
    quarrel = await a_report_filed(house)

    case = await house.case(quarrel.case_id)
    assert case.number == "〔2026〕枫综字第0001号"
    assert (case.proposal.type_code.value, case.proposal.cell.value) == ("02", "cell-1")
    assert (case.proposal.mediator.value, case.region) == ("li", "999999001001")
    view = await house.cases.view(CLERK, quarrel.case_id)
    assert view.line.next_step.due == NOON + timedelta(hours=24)
    assert view.line.next_step.basis == "本中心规定"
    assert view.may == {
        "see",
        "see-story",
        "see-contacts",
        "register",
        "add-party",
        "answer",
        "see-history",
        "reissue-code",
    }
    assert ("desk", {"case": quarrel.case_id}) in house.bus.told


async def test_a_case_is_registered_dispatched_returned_and_accepted(house: House) -> None:
    quarrel = await registered(await a_report_filed(house))
    case_id, cases = quarrel.case_id, house.cases

    await cases.dispatch(CLERK, case_id, version=await quarrel.version(), mediator=LI.id)
    await cases.give_back(LI, case_id, version=await quarrel.version(), reason="我与一方是亲戚")
    assert (await cases.view(CLERK, case_id)).proposed_mediator.value == ""
    await cases.dispatch(ZHAO, case_id, version=await quarrel.version(), mediator=LI.id)
    await cases.accept(LI, case_id, version=await quarrel.version())
    await house.work_off()

    assert await house.kinds(case_id) == [
        "case.reported",
        "case.registered",
        "case.dispatched",
        "case.returned",
        "case.dispatched",
        "case.accepted",
    ]
    assert [title for title, _ in house.chat.to("o-wang")] == ["case-registered", "case-accepted"]


async def test_the_reporter_hears_by_wechat_and_the_respondent_by_sms(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))

    await meeting_fixed(quarrel)
    await house.work_off()

    assert [title for title, _ in house.chat.to("o-wang")][-1] == "meeting-fixed"
    (text,) = house.sms.to(f"+86{ZHANG_PHONE}")
    assert text.startswith("meeting-fixed https://fengqiao.example/room/")


async def test_the_respondent_comes_in_by_link_and_code_and_is_recorded_by_consent(
    house: House,
) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    await house.work_off()
    secret = house.last_link(ZHANG_PHONE, "meeting-fixed")

    shown = await house.identity.invitation(Purpose.ROOM, secret)
    masked = await house.identity.ask_code(Purpose.ROOM, secret, address="10.0.0.9")
    await house.work_off()
    opened = await house.identity.enter_code(
        Purpose.ROOM, secret, house.last_code(ZHANG_PHONE), address="10.0.0.9"
    )
    actor = await house.identity.who(opened.secret)
    ticket = await house.meetings.ticket(actor, await house.meetings.from_invitation(actor, secret))
    seat = await house.meetings.enter(ticket)
    seat = await house.meetings.consent(seat, given=True, text_version=CONSENT_TEXT)

    assert (shown.masked_phone, masked) == ("100****0002", "100****0002")
    assert actor == other_side(quarrel)
    assert (seat.meeting_id, seat.name, seat.consented) == (meeting_id, "张三", True)


async def test_the_mediator_records_and_ends_and_the_parties_can_play_it(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    meetings = house.meetings
    li = await meetings.enter(await meetings.ticket(LI, meeting_id))
    wang = await meetings.enter(await meetings.ticket(quarrel.wang, meeting_id))

    await meetings.order(li, Order.ADMIT, wang.participant)
    await meetings.recording(meeting_id, on=True, wanted=True, by=li.participant)
    await meetings.recording(meeting_id, on=True, wanted=True, by=li.participant)
    await meetings.recorded(a_segment(wang.meeting_id, wang.participant, seconds=3.0))
    await meetings.recorded(a_segment(wang.meeting_id, wang.participant, seconds=2.0))
    await meetings.left(wang.meeting_id, wang.participant)
    await meetings.end(li)

    (kept,) = await meetings.segments(other_side(quarrel), meeting_id)
    assert (kept.seconds, kept.name) == (3.0, "王小明")
    assert await house.playback.film(LI, meeting_id, wang.participant, 0) == "recordings/play.webm"
    assert [kind for kind in await house.kinds(quarrel.case_id) if "meeting" in kind] == [
        "meeting.fixed",
        "meeting.opened",
        "meeting.admit",
        "meeting.joined",
        "meeting.recording-began",
        "meeting.left",
        "meeting.ended",
        "meeting.recording-played",
    ]


def a_segment(meeting_id, participant, *, seconds):
    return Segment(
        meeting_id=meeting_id,
        participant=participant,
        number=0,
        started=NOON,
        seconds=seconds,
        journal="journal",
        playback="play.webm",
        sha256="00",
        closed=False,
    )


async def test_the_draft_is_linted_confirmed_and_frozen(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    unclear = a_content(a_payment(due=None))

    findings = await house.agreements.lint(LI, quarrel.case_id, unclear)
    paper = await frozen(quarrel)
    await house.work_off()

    assert [finding.code for finding in findings] == ["no-date"]
    view = await house.agreements.view(quarrel.wang, paper)
    assert (view.stage, view.number, view.my_field) == (
        "signing",
        "〔2026〕枫调字第0001号",
        "party-1",
    )
    assert view.expires_at == house.clock() + timedelta(days=7)
    assert (await house.case(quarrel.case_id)).state is CaseState.SIGNING
    assert house.sms.to(f"+86{ZHANG_PHONE}")[-1].startswith("sign https://fengqiao.example/sign/")


async def test_the_last_day_of_a_promise_may_be_today_and_not_yesterday(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    today = house.clock().astimezone(house.agreements.centre.zone).date()
    words = a_content(a_payment(due=today - timedelta(days=1)), a_payment(due=today))

    findings = await house.agreements.lint(LI, quarrel.case_id, words)

    assert [(one.clause, one.code) for one in findings] == [(0, "past-date")]


async def test_nobody_is_asked_to_confirm_words_that_cannot_be_printed(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    words = a_content(a_payment(what="王\ue000家的围墙"))
    paper = await house.agreements.draft(LI, quarrel.case_id, words)
    await house.work_off()
    before = len(house.sms.inbox)

    with pytest.raises(NoGlyph) as refusal:
        await house.agreements.ask_review(LI, paper)

    await house.work_off()
    assert refusal.value.character == "\ue000"
    assert len(house.sms.inbox) == before


async def test_signed_sealed_and_in_effect(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)

    await signed(quarrel, paper)
    await sealed(quarrel, paper)

    agreement = await house.agreement(paper)
    assert isinstance(agreement, Sealed)
    file = await house.agreements.pdf(quarrel.wang, paper)
    assert file.decode().splitlines() == [
        "paper 〔2026〕枫调字第0001号/1 party-1 party-2",
        "party-1 王小明",
        "party-2 张三",
        "mediator 李调解",
        "committee 枫桥镇人民调解委员会",
        "stamped",
    ]
    verdict = await house.verifying.check(file)
    assert (verdict.kind, verdict.effective_at) == (VerdictKind.GENUINE, agreement.effective_at)
    assert (await house.case(quarrel.case_id)).state is CaseState.PERFORMING
    assert house.chat.to("o-wang")[-1][0] == "effective"


async def test_every_earlier_revision_is_known_as_incomplete(house: House) -> None:
    _, paper = await in_effect(house)
    revisions = [
        data for key, data in house.objects.kept.items() if key.startswith(f"papers/{paper}")
    ]

    verdicts = [(await house.verifying.check(data)).kind for data in revisions]

    assert verdicts == [*[VerdictKind.INCOMPLETE] * 5, VerdictKind.GENUINE]


async def test_a_promise_is_claimed_confirmed_and_the_service_rated(house: House) -> None:
    quarrel, _ = await in_effect(house)
    zhang = other_side(quarrel)
    (promise,) = (await house.cases.view(zhang, quarrel.case_id)).obligations

    await house.followups.claim(zhang, promise.id)
    await house.followups.confirm(quarrel.wang, promise.id)
    await house.work_off()
    code = house.chat.to("o-wang")[-1][1].rpartition("/")[2]
    await house.followups.rate(quarrel.wang, code, stars=5, words="很好")

    assert (promise.i_owe, promise.text[:2]) == (True, "张三")
    assert (await house.case(quarrel.case_id)).state is CaseState.PERFORMED
    async with house.store.read() as work:
        (rating,) = await work.ratings.of_case(quarrel.case_id)
    assert (rating.stars, rating.person_id) == (5, quarrel.wang.id)
    assert (await house.kinds(quarrel.case_id))[-1] == "case.rated"


async def test_each_side_reads_a_claim_in_its_own_words(house: House) -> None:
    quarrel, _ = await in_effect(house)
    zhang = other_side(quarrel)
    (promise,) = (await house.cases.view(zhang, quarrel.case_id)).obligations

    await house.followups.claim(zhang, promise.id)

    said = [
        (await house.cases.view(who, quarrel.case_id)).obligations[0].state_words
        for who in (zhang, quarrel.wang, LI)
    ]
    assert said == [
        "您说已经做到，等对方确认",
        "对方说已经做到，请您确认",
        "一方说已经做到，等确认",
    ]


async def test_nobody_is_asked_again_for_a_rating_that_was_given(house: House) -> None:
    quarrel, _ = await in_effect(house)
    (promise,) = (await house.cases.view(quarrel.wang, quarrel.case_id)).obligations
    await house.followups.confirm(quarrel.wang, promise.id)
    await house.work_off()
    code = house.chat.to("o-wang")[-1][1].rpartition("/")[2]
    await house.followups.rate(quarrel.wang, code, stars=5, words="")

    wangs, zhangs = [
        (await house.cases.view(who, quarrel.case_id)).line.next_step.words
        for who in (quarrel.wang, other_side(quarrel))
    ]

    assert (wangs, zhangs) == ("调解员会回访", "调解员会回访，请给服务打分")


async def test_what_was_not_met_is_made_good_and_the_case_goes_on(house: House) -> None:
    quarrel, paper = await in_effect(house)
    zhang = other_side(quarrel)
    (promise,) = (await house.cases.view(quarrel.wang, quarrel.case_id)).obligations
    with pytest.raises(NotDueYet):
        await house.followups.breach(quarrel.wang, promise.id)
    await house.sweep(after=timedelta(days=365))

    await house.followups.breach(quarrel.wang, promise.id)
    assert (await house.case(quarrel.case_id)).state is CaseState.BREACHED

    await house.followups.claim(zhang, promise.id)
    await house.followups.confirm(LI, promise.id)

    assert (await house.case(quarrel.case_id)).state is CaseState.PERFORMED
    async with house.store.read() as work:
        kept = await work.obligations.get(ObligationId(promise.id))
    assert (kept.state, kept.agreement_id) == (ObligationState.DONE, paper)


async def test_the_follow_up_falls_due_by_itself(house: House) -> None:
    quarrel, _ = await in_effect(house)

    await house.sweep(after=timedelta(days=7))

    assert "case.follow-up-due" in await house.kinds(quarrel.case_id)
    assert house.chat.to("o-wang")[-1][0] == "follow-up"


async def test_a_follow_up_that_was_not_made_stays_overdue_until_it_is(house: House) -> None:
    quarrel, _ = await in_effect(house)
    (promise,) = (await house.cases.view(quarrel.wang, quarrel.case_id)).obligations
    await house.followups.confirm(quarrel.wang, promise.id)
    await house.sweep(after=timedelta(days=8))

    missed = (await house.cases.view(LI, quarrel.case_id)).line.next_step
    await house.followups.note_follow_up(LI, quarrel.case_id, words="电话回访，双方都满意")
    made = (await house.cases.view(LI, quarrel.case_id)).line.next_step

    assert (missed.overdue, made.overdue) == (True, False)


async def test_a_visit_that_is_sent_again_is_noted_once(house: House) -> None:
    quarrel, _ = await in_effect(house)
    visited = {"words": "电话回访，双方都满意", "form": "visit-1"}

    await house.followups.note_follow_up(LI, quarrel.case_id, **visited)
    await house.followups.note_follow_up(LI, quarrel.case_id, **visited)
    once = (await house.kinds(quarrel.case_id)).count("case.followed-up")
    await house.followups.note_follow_up(LI, quarrel.case_id, words="又去了一次", form="visit-2")

    assert once == 1
    assert (await house.kinds(quarrel.case_id)).count("case.followed-up") == 2


async def test_the_promise_is_recalled_on_the_morning_of_its_day(house: House) -> None:
    await in_effect(house)
    morning = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai

    await house.sweep(after=morning - timedelta(seconds=1) - house.clock())
    before = [title for title, _ in house.chat.to("o-wang")]
    await house.sweep(after=timedelta(seconds=1))

    assert "obligation-due" not in before
    assert house.chat.to("o-wang")[-1][0] == "obligation-due"
    assert house.sms.to(f"+86{ZHANG_PHONE}")[-1].startswith("obligation-due")


async def test_the_ledger_shows_each_their_own(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))

    lists = [
        [line.id for line in (await house.cases.page(who, CaseFilter(), limit=10, after=""))[0]]
        for who in (CLERK, LI, ZHAO, quarrel.wang, other_side(quarrel))
    ]

    assert lists == [[quarrel.case_id]] * 5
    assert await house.cases.mine(Resident(id=quarrel.wang.id))


async def test_the_next_step_tells_the_hour_of_the_meeting_and_then_what_follows_it(
    house: House,
) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting = await meeting_fixed(quarrel)
    before = (await house.cases.view(LI, quarrel.case_id)).line.next_step
    starts_at = (await house.cases.view(LI, quarrel.case_id)).meetings[0].starts_at

    await house.meetings.cancel(LI, meeting, reason="有人生病")
    after = (await house.cases.view(LI, quarrel.case_id)).line.next_step

    assert (before.by, before.due) == ("时间", starts_at)
    assert (after.words, after.due) == ("调解员会起草协议，或者再约时间谈", None)


async def test_a_promise_may_be_kept_until_the_end_of_its_day(house: House) -> None:
    quarrel, _ = await in_effect(house)

    view = await house.cases.view(quarrel.wang, quarrel.case_id)

    due = view.line.next_step.due
    assert due is not None
    local = due.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (local.date(), f"{local:%H:%M}") == (view.obligations[0].due, "23:59")


async def test_a_party_is_not_told_how_a_paper_is_made(house: House) -> None:
    quarrel, _ = await in_effect(house)

    theirs = await house.cases.view(other_side(quarrel), quarrel.case_id)
    of_staff = await house.cases.view(LI, quarrel.case_id)

    hidden = {"协议文件生成，开始签署", "签名写入文件", "申请用印"}
    assert hidden <= {line.words for line in of_staff.history}
    assert not hidden & {line.words for line in theirs.history}
    assert "盖章，协议生效" in {line.words for line in theirs.history}
