"""What people are told: by what they have, never silently twice, never silently lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import Resident
from domain.conversations import RaiseAlarm
from domain.errors import Unavailable
from domain.ids import PersonId, StaffId
from domain.jobs import ActOnDue, SendNotice, SendSms
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.people import Person, WeChatIdentity
from domain.ports.cases import CaseFilter
from domain.ports.outside import Refusal, Uncertain
from services.alarms import turn_of
from storage.due_rows import Sweeper
from tests.factories import CLERK, LI, ZHAO, a_member, a_report
from tests.services.house import (
    APPID,
    House,
    a_report_filed,
    accepted,
    meeting_fixed,
    other_side,
)

WANG = Person(id=PersonId("wang"), name="王小明", phone="+8610000000001")
IN_DANGER = RaiseAlarm(words="不想活", text="我不想活了")


async def a_notice(
    house: House,
    *,
    wechat: bool = False,
    phone: str = WANG.phone,
    kind: NoticeKind = NoticeKind.CASE_REGISTERED,
) -> SendNotice:
    """Keep a notice to somebody who is reached this way."""
    async with house.store.begin() as work:
        await work.people.add(replace(WANG, phone=phone))
        if wechat:
            await work.people.link(WeChatIdentity(appid=APPID, openid="o-wang", person_id=WANG.id))
        await house.notices.post(work, kind, case_id=None, to_person=WANG.id)
    (job,) = house.store.waiting
    assert isinstance(job, SendNotice)
    house.store.waiting.clear()
    return job


async def state(house: House, job: SendNotice) -> tuple[Delivery, Way | None]:
    async with house.store.read() as work:
        notice = await work.notices.get(job.notice_id)
    return notice.state, notice.way


async def bring(house: House, job: SendNotice) -> None:
    """Do the job, and what it hands on to the queue of SMS."""
    await house.do(job)
    await house.work_off()


async def half_sent(house: House, job: SendNotice, way: Way) -> None:
    """A worker claimed the notice and died before anybody could know."""
    async with house.store.begin() as work:
        notice: Notice = await work.notices.get(job.notice_id)
        await work.notices.save(replace(notice, state=Delivery.SENDING, way=way))


async def test_a_follower_hears_by_wechat_alone(house: House) -> None:
    job = await a_notice(house, wechat=True)

    await bring(house, job)

    assert await state(house, job) == (Delivery.SENT, Way.TEMPLATE)
    assert house.chat.to("o-wang") == [("case-registered", "")]
    assert house.sms.calls == 0


async def test_who_does_not_follow_hears_by_sms(house: House) -> None:
    job = await a_notice(house)

    await bring(house, job)

    assert await state(house, job) == (Delivery.SENT, Way.SMS)
    assert len(house.sms.to(WANG.phone)) == 1


async def test_who_has_neither_is_unreachable_and_seen_as_such(house: House) -> None:
    job = await a_notice(house, phone="")

    await bring(house, job)

    assert await state(house, job) == (Delivery.UNREACHABLE, Way.NONE)


async def test_a_job_done_twice_tells_once(house: House) -> None:
    job = await a_notice(house, wechat=True)

    await bring(house, job)
    await bring(house, job)

    assert len(house.chat.inbox) == 1


async def test_two_workers_at_once_tell_once(house: House) -> None:
    job = await a_notice(house, wechat=True)

    await asyncio.gather(house.do(job), house.do(job))

    assert len(house.chat.inbox) == 1


async def test_when_wechat_refuses_the_sms_goes_out(house: House) -> None:
    job = await a_notice(house, wechat=True)
    house.chat.troubles.append(Refusal("43101"))

    await bring(house, job)

    assert await state(house, job) == (Delivery.SENT, Way.SMS)
    assert len(house.sms.to(WANG.phone)) == 1


async def test_when_wechat_refuses_who_has_no_phone_it_waits_in_their_list(house: House) -> None:
    job = await a_notice(house, wechat=True, phone="")
    house.chat.troubles.append(Refusal("43101"))

    await bring(house, job)

    assert await state(house, job) == (Delivery.HELD, None)
    mine, _ = await house.notices.list_mine(Resident(id=WANG.id), limit=10)
    assert [one.kind for one in mine.items] == ["case-registered"]


async def test_when_the_provider_refuses_it_failed(house: House) -> None:
    job = await a_notice(house)
    house.sms.troubles.append(Refusal("blacklist"))

    await bring(house, job)

    assert (await state(house, job))[0] is Delivery.FAILED


@pytest.mark.parametrize("wechat", [True, False])
async def test_an_uncertain_outcome_is_shown_and_never_repeated(
    house: House, *, wechat: bool
) -> None:
    job = await a_notice(house, wechat=wechat)
    house.chat.troubles.append(Uncertain())
    house.sms.troubles.append(Uncertain())

    await bring(house, job)
    await bring(house, job)

    assert (await state(house, job))[0] is Delivery.UNKNOWN
    assert (house.chat.inbox, house.sms.inbox) == ([], {})


async def test_after_a_crash_in_wechat_nobody_knows_and_it_is_said_so(house: House) -> None:
    job = await a_notice(house, wechat=True)
    await half_sent(house, job, Way.TEMPLATE)

    await bring(house, job)

    assert (await state(house, job))[0] is Delivery.UNKNOWN
    assert house.chat.inbox == []


async def test_after_a_crash_in_sms_the_same_key_is_sent_again(house: House) -> None:
    job = await a_notice(house)
    await house.sms.send(key=job.notice_id, to=WANG.phone, text="case-registered ")
    await half_sent(house, job, Way.SMS)

    await bring(house, job)

    assert (await state(house, job))[0] is Delivery.SENT
    assert (house.sms.calls, len(house.sms.inbox)) == (2, 1)


async def test_after_a_crash_in_the_sms_that_replaced_wechat_it_is_sent_once(
    house: House,
) -> None:
    job = await a_notice(house, wechat=True)
    house.chat.troubles.append(Refusal("43101"))
    house.sms.troubles.append(Unavailable("gateway"))

    await bring(house, job)

    assert await state(house, job) == (Delivery.SENT, Way.SMS)
    assert (house.chat.inbox, len(house.sms.inbox)) == ([], 1)


async def test_an_outage_is_waited_out(house: House) -> None:
    job = await a_notice(house)
    house.sms.troubles.extend([Unavailable("gateway")] * 3)

    await bring(house, job)

    assert (await state(house, job))[0] is Delivery.SENT
    assert len(house.sms.inbox) == 1


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [(NoticeKind.LOGIN_CODE, Delivery.FAILED), (NoticeKind.CASE_REGISTERED, Delivery.SENT)],
)
async def test_after_an_hour_without_the_provider_news_still_goes_out_but_no_dead_code(
    house: House, kind: NoticeKind, outcome: Delivery
) -> None:
    job = await a_notice(house, kind=kind)
    house.sms.troubles.extend([Unavailable("the provider is away")] * 5)
    with pytest.raises(Unavailable):
        await bring(house, job)

    house.clock.forward(timedelta(hours=1))
    await house.do(SendSms(job.notice_id))

    assert (await state(house, job))[0] is outcome


async def test_an_outcome_nobody_knows_is_on_the_operators_list(house: House) -> None:
    await a_report_filed(house)
    quarrel = await a_report_filed(house, story="老板拖欠工资")
    house.chat.troubles.append(Uncertain())
    await house.cases.refuse(
        CLERK, quarrel.case_id, version=await quarrel.version(), ground="no-dispute"
    )
    await house.work_off()

    (shown,) = await house.cases.unknown_notices(CLERK)

    assert (shown.kind, shown.state) == ("case-refused", "unknown")


async def test_words_of_mortal_danger_call_the_roster_until_somebody_answers(
    house: House,
) -> None:
    quarrel = await a_report_filed(house, story="他拿刀要杀了我全家")
    await house.work_off()
    called = [
        [text for text in house.sms.to(await phone_of(house, one.id)) if text.startswith("alarm")]
        for one in (CLERK, ZHAO)
    ]

    await house.sweep(after=timedelta(seconds=59))
    early = await alarms(house)
    await house.sweep(after=timedelta(seconds=1))
    second = await alarms(house)
    await house.sweep(after=timedelta(seconds=60))
    third = await alarms(house)
    await house.cases.acknowledge(ZHAO, quarrel.case_id)
    await house.sweep(after=timedelta(seconds=60))
    after = await alarms(house)

    assert [len(one) for one in called] == [1, 0]
    assert (early, second, third, after) == ((1, 0), (1, 1), (2, 1), (2, 1))
    assert (await house.case(quarrel.case_id)).danger_seen_by == "zhao"


async def test_who_left_the_centre_is_neither_called_nor_given_cases(house: House) -> None:
    await leave(house, CLERK.id)
    await leave(house, LI.id)

    quarrel = await a_report_filed(house, story="他拿刀要杀了我全家")
    await house.work_off()
    offered = await house.cases.choices(ZHAO)

    assert await alarms(house) == (0, 1)
    assert (await house.case(quarrel.case_id)).proposal.mediator.value == ""
    assert offered.mediators == ()


async def test_an_old_case_still_names_the_mediator_who_left(house: House) -> None:
    quarrel = await a_report_filed(house)
    await accepted(quarrel)

    await leave(house, LI.id)

    (line,), _ = await house.cases.page(CLERK, CaseFilter(), limit=10, after="")
    assert line.mediator == a_member(LI).name


async def test_an_alarmed_case_stands_at_the_top_until_it_is_taken_care_of(house: House) -> None:
    alarmed = await a_report_filed(house, story="他拿刀要杀了我全家")
    house.clock.forward(timedelta(hours=1))
    later = await a_report_filed(house, story="老板拖欠工资")

    before, _ = await house.cases.page(CLERK, CaseFilter(), limit=10, after="")
    await house.cases.acknowledge(CLERK, alarmed.case_id)
    afterwards, _ = await house.cases.page(CLERK, CaseFilter(), limit=10, after="")

    assert [line.id for line in before] == [alarmed.case_id, later.case_id]
    assert [line.id for line in afterwards] == [later.case_id, alarmed.case_id]


async def test_who_told_of_danger_hears_by_name_that_somebody_saw_it(house: House) -> None:
    alarmed = await a_report_filed(house, story="他拿刀要杀了我全家")

    await house.cases.acknowledge(CLERK, alarmed.case_id)

    async with house.store.read() as work:
        told = await work.notices.of_case(alarmed.case_id)
    seen = [one for one in told if one.kind is NoticeKind.DANGER_SEEN]
    assert [one.facts["name"] for one in seen] == [CLERK.name]


async def test_the_alarm_that_rings_longest_stands_first(house: House) -> None:
    first = await a_report_filed(house, story="他拿刀要杀了我全家")
    house.clock.forward(timedelta(hours=12))
    second = await a_report_filed(house, story="我不想活了，绳子都买好了")

    listed, _ = await house.cases.page(CLERK, CaseFilter(), limit=10, after="")

    assert [line.id for line in listed] == [first.case_id, second.case_id]


def test_a_call_names_the_round_and_the_place_in_the_roster() -> None:
    called = [turn_of(before, among=2) for before in (0, 1, 2, 7)]

    assert called == ["第1轮第1位", "第1轮第2位", "第2轮第1位", "第4轮第2位"]


async def test_nobody_is_said_to_be_told_before_a_message_has_gone_out(house: House) -> None:
    await a_report_filed(house, story="他拿刀要杀了我全家")

    (at_once,), _ = await house.cases.page(CLERK, CaseFilter(), limit=10, after="")
    house.clock.forward(timedelta(seconds=31))
    (before,), _ = await house.cases.page(CLERK, CaseFilter(), limit=10, after="")
    await house.work_off()
    (after,), _ = await house.cases.page(CLERK, CaseFilter(), limit=10, after="")

    assert not at_once.unreached, "a message takes its seconds"
    assert (before.unreached, after.unreached) == (True, False)
    assert before.alarmed_at is not None


async def test_of_a_colleague_it_is_said_that_they_tied_no_account(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await house.work_off()

    notices = (await house.cases.view(CLERK, quarrel.case_id)).notices

    assert {one.why_words for one in notices if one.to == LI.name} == {
        "这位同事没有绑定微信，发短信"
    }
    assert "同事" not in "".join(one.why_words for one in notices if one.to != LI.name)


async def test_the_answer_to_the_question_for_danger_counts_too(house: House) -> None:
    wang = await house.follower("o-wang")

    filed = await house.reports.file_own(wang, a_report(danger_told="有，他说要砍死我"))

    assert (await house.case(filed.case_id)).alarmed


async def test_a_new_alarm_on_an_open_case_calls_again(house: House) -> None:
    quarrel = await a_report_filed(house, story="他拿刀要杀了我全家")
    await house.cases.acknowledge(CLERK, quarrel.case_id)

    async with house.store.begin() as work:
        await house.alarms.raise_alarm(work, IN_DANGER, person=quarrel.wang.id)
    await house.work_off()

    case = await house.case(quarrel.case_id)
    assert case.alarmed
    assert await alarms(house) == (2, 0)


async def test_an_alarm_without_a_case_makes_one(house: House) -> None:
    wang = await house.follower("o-wang")

    async with house.store.begin() as work:
        await house.alarms.raise_alarm(work, IN_DANGER, person=wang.id)

    (line,) = await house.cases.mine(wang)
    assert (await house.case(line.id)).danger == ("我不想活了",)


async def test_who_is_on_duty_reads_the_whole_sentence_also_on_an_older_case(house: House) -> None:
    quarrel = await a_report_filed(house)
    text = "你们快来。他现在拿着刀站在我家门口，说今晚要砍死我们全家！"

    async with house.store.begin() as work:
        alarm = RaiseAlarm(words="拿着刀", text=text)
        await house.alarms.raise_alarm(work, alarm, person=quarrel.wang.id)

    told = (await house.case(quarrel.case_id)).danger
    assert told == ("他现在拿着刀站在我家门口，说今晚要砍死我们全家！",)


async def test_calls_of_one_alarm_are_one_line_with_their_count(house: House) -> None:
    quarrel = await a_report_filed(house, story="他拿刀要杀了我全家")
    await house.work_off()
    await house.sweep(timedelta(seconds=61))
    await house.work_off()

    view = await house.cases.view(CLERK, quarrel.case_id)

    (line,) = [one for one in view.notices if one.kind == NoticeKind.ALARM]
    assert line.count == 2
    assert set(line.to.split("、")) == {CLERK.name, ZHAO.name}


async def test_an_alarm_is_not_put_on_a_case_that_is_closed(house: House) -> None:
    quarrel = await a_report_filed(house)
    await house.cases.refuse(
        CLERK, quarrel.case_id, version=await quarrel.version(), ground="no-dispute"
    )
    await house.cases.archive(ZHAO, quarrel.case_id, version=await quarrel.version())

    async with house.store.begin() as work:
        await house.alarms.raise_alarm(work, IN_DANGER, person=quarrel.wang.id)

    assert len(await house.cases.mine(quarrel.wang)) == 2
    assert not (await house.case(quarrel.case_id)).alarmed


async def test_the_parties_are_reminded_an_hour_before(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    await house.work_off()

    await house.sweep(after=timedelta(hours=23))

    assert house.chat.to("o-wang")[-1][0] == "meeting-soon"
    link = house.last_link("10000000002", "meeting-soon")
    assert await house.meetings.from_invitation(other_side(quarrel), link)


async def test_who_joined_later_does_not_stop_the_reminder_of_the_others(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    await house.parties.add(
        LI,
        quarrel.case_id,
        version=await quarrel.version(),
        name="孙二",
        phone="10000000003",
        side="respondent",
    )

    await house.sweep(after=timedelta(hours=23))

    assert house.chat.to("o-wang")[-1][0] == "meeting-soon"


async def test_a_deadline_acted_on_twice_after_a_crash_tells_once(house: House) -> None:
    await a_report_filed(house)
    house.clock.forward(timedelta(hours=24))
    await Sweeper(store=house.store, clock=house.clock).sweep()
    acting = [job for job in house.store.waiting if isinstance(job, ActOnDue)]

    await house.work_off()
    for job in acting:
        await house.do(job)
    await house.work_off()

    told = house.sms.to(await phone_of(house, ZHAO.id))
    assert [text.split()[0] for text in told] == ["case-reported"]


async def test_a_report_nobody_registers_reaches_the_supervisor(house: House) -> None:
    await a_report_filed(house)

    await house.sweep(after=timedelta(hours=24))

    assert house.sms.to(await phone_of(house, ZHAO.id))[-1].startswith("case-reported")


async def test_a_mediator_who_does_not_answer_is_told_of(house: House) -> None:
    quarrel = await a_report_filed(house)
    await house.cases.register(
        CLERK, quarrel.case_id, version=await quarrel.version(), type_code="02", cell=""
    )
    await house.cases.dispatch(
        CLERK, quarrel.case_id, version=await quarrel.version(), mediator=LI.id
    )

    await house.sweep(after=timedelta(days=3))

    assert house.sms.to(await phone_of(house, ZHAO.id))[-1].startswith("dispatched")


async def test_a_deadline_that_was_met_is_silent(house: House) -> None:
    await accepted(await a_report_filed(house))
    await house.work_off()
    before = house.sms.calls

    await house.sweep(after=timedelta(days=30))

    assert house.sms.calls == before


async def phone_of(house: House, staff_id: StaffId) -> str:
    async with house.store.read() as work:
        return (await work.staff.get(staff_id)).phone


async def leave(house: House, staff_id: StaffId) -> None:
    """Somebody's log-in is taken: they work here no more."""
    async with house.store.begin() as work:
        await work.staff.save(replace(await work.staff.get(staff_id), active=False))


async def alarms(house: House) -> tuple[int, int]:
    clerk, zhao = [
        sum(text.startswith("alarm") for text in house.sms.to(await phone_of(house, one.id)))
        for one in (CLERK, ZHAO)
    ]
    return clerk, zhao
