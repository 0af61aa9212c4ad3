"""Words of mortal danger ring on every page where a resident writes, as they do in the chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import Resident
from domain.cases import CaseState, Report, Spot
from domain.danger import alarms
from domain.errors import AlreadyRated
from domain.guarding import Scope
from domain.handovers import HandOverState
from domain.ids import CaseId
from domain.matters import MatterReport
from domain.notices import NoticeKind
from services.numbers_shown import IN_CASE
from services.reaching import Reaching
from tests.bot.office import an_office, message
from tests.factories import CLERK, ZHAO, a_member
from tests.services.house import (
    APPID,
    CENTRE,
    ZHANG_PHONE,
    House,
    a_report_filed,
    accepted,
    frozen,
    in_effect,
    meeting_fixed,
    other_side,
)
from tests.services.test_one_report import a_resident

DESPAIR = "钱要不回来，我不想活了"
PLACE = Spot(words="枫溪路18号")


async def test_despair_in_the_reason_for_not_signing_rings(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)

    await house.signing.decline(other_side(quarrel), paper, reason=DESPAIR)

    case = await house.case(quarrel.case_id)
    assert case.alarmed
    assert alarms(case.danger[-1])


async def test_despair_beside_a_rating_rings_also_when_the_rating_does_not_count(
    house: House,
) -> None:
    quarrel, _ = await in_effect(house)
    (promise,) = (await house.cases.view(quarrel.wang, quarrel.case_id)).obligations
    await house.followups.confirm(quarrel.wang, promise.id)
    await house.work_off()
    code, zhang = house.last_link(ZHANG_PHONE, "rate"), other_side(quarrel)
    await house.followups.rate(zhang, code, stars=1, words="太慢")
    calm = await house.case(quarrel.case_id)

    with pytest.raises(AlreadyRated):
        await house.followups.rate(zhang, code, stars=1, words=DESPAIR)

    assert not calm.alarmed
    assert (await house.case(quarrel.case_id)).alarmed


async def a_phone(house: House, resident: Resident, phone: str) -> None:
    async with house.store.begin() as work:
        await work.people.save(replace(await work.people.get(resident.id), phone=phone))


async def in_danger(house: House, resident: Resident) -> CaseId:
    filed = await house.reports.file_own(resident, Report(story=DESPAIR, spot=PLACE))
    return filed.case_id


async def test_who_takes_an_alarm_of_a_page_talks_with_whoever_follows_us(house: House) -> None:
    wang = await house.follower("o-wang")
    case_id = await in_danger(house, wang)
    (waiting,) = await house.hand_overs.listed(CLERK)

    await house.cases.acknowledge(CLERK, case_id)
    talk_id = await house.hand_overs.take_alarm(CLERK, case_id)

    talk = await house.hand_overs.view(CLERK, talk_id)
    assert (waiting.danger, waiting.case_id, waiting.state) == (True, case_id, "waiting")
    assert (talk.id, talk.mine) == (waiting.id, True)
    assert [line.words for line in talk.lines] == [f"（在网页上写的）{DESPAIR}"]
    async with house.store.read() as work:
        assert (await work.talks.get(APPID, "o-wang")).human == CLERK.name
    told = await house.alarms.who_was_called(wang)
    assert told == f"已经告诉值班的{CLERK.name}。值班的人会在微信服务号里和您说话，请留意"


async def test_danger_on_a_page_keeps_a_calm_talk_from_ending_after_half_an_hour(
    house: House,
) -> None:
    quarrel = await a_report_filed(house)
    desk = Reaching(hand_overs=house.hand_overs)
    talk_id = await desk.begin(CLERK, quarrel.case_id, quarrel.wang.id)
    await says(house, quarrel.wang, "在的")
    calm = await house.hand_overs.view(CLERK, talk_id)

    await house.alarms.ring_own(quarrel.wang, DESPAIR)
    await house.sweep(timedelta(hours=20))

    talk = await house.hand_overs.view(CLERK, talk_id)
    assert not calm.danger
    assert (talk.danger, talk.mine) == (True, True)
    await house.sweep(timedelta(hours=5))
    assert (await house.hand_overs.view(CLERK, talk_id)).state is HandOverState.ENDED


async def test_noting_a_call_takes_no_form_from_a_colleague(house: House) -> None:
    wang = await house.follower("o-wang")
    case_id = await in_danger(house, wang)
    opened = await house.cases.view(CLERK, case_id)

    await house.cases.note_call(ZHAO, case_id, words="没接")
    await house.cases.refuse(CLERK, case_id, version=opened.version, ground="no-dispute")

    assert (await house.case(case_id)).state is CaseState.REFUSED


async def says(house: House, resident: Resident, words: str) -> None:
    said = message(words, openid=resident.id, at=house.clock())
    async with house.store.begin() as work:
        await house.hand_overs.hear(work, said, resident.id, None)


async def test_who_takes_an_alarm_without_a_chat_has_the_number_and_notes_the_call(
    house: House,
) -> None:
    wang = await not_following(house, "o-wang")
    await a_phone(house, wang, "+8613800138000")
    case_id = await in_danger(house, wang)
    before = await house.cases.view(CLERK, case_id)

    await house.cases.acknowledge(CLERK, case_id)
    talk = await house.hand_overs.take_alarm(CLERK, case_id)
    seen = await house.cases.view(CLERK, case_id)
    await house.cases.note_call(CLERK, case_id, words="接了，人在家里，女儿陪着")

    assert talk == ""
    assert [one.phone for one in before.in_danger] == ["138****8000"]
    assert [one.phone for one in seen.in_danger] == ["+8613800138000"]
    assert [one.phone for one in (await house.cases.view(ZHAO, case_id)).in_danger] == [
        "138****8000"
    ]
    history = (await house.cases.view(CLERK, case_id)).history
    assert ("打电话找了说有危险的人", "接了，人在家里，女儿陪着") in [
        (one.words, one.why) for one in history
    ]
    async with house.store.read() as work:
        looks = [one for one in await work.cases.history(case_id) if one.kind == IN_CASE]
    assert {one.by for one in looks} == {CLERK.ref}
    told = await house.alarms.who_was_called(wang)
    assert told.endswith("值班的人会打您的电话138****8000，请接听")


async def test_who_can_be_reached_by_nothing_is_asked_to_call(house: House) -> None:
    wang = await not_following(house, "o-wang")

    await in_danger(house, wang)

    told = await house.alarms.who_was_called(wang)
    assert told.endswith(f"我们没有您的电话，请打{CENTRE.phone}，告诉我们怎么找到您")


async def test_the_other_side_s_danger_is_answered_to_them_and_no_word_of_it_to_the_reporter(
    house: House,
) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    zhang = other_side(quarrel)
    await house.signing.decline(zhang, paper, reason=DESPAIR)

    await house.cases.acknowledge(CLERK, quarrel.case_id)

    async with house.store.read() as work:
        seen = NoticeKind.DANGER_SEEN
        to_zhang = [one.kind for one in await work.notices.of_person(zhang.id)].count(seen)
        to_wang = [one.kind for one in await work.notices.of_person(quarrel.wang.id)].count(seen)
    assert (to_zhang, to_wang) == (1, 0)
    assert await house.alarms.who_was_called(quarrel.wang) == ""
    assert (await house.alarms.who_was_called(zhang)).startswith("已经告诉值班的")
    shown = (await house.cases.view(CLERK, quarrel.case_id)).in_danger
    assert [one.person_id for one in shown] == [zhang.id]


async def not_following(house: House, openid: str) -> Resident:
    """Somebody who logged in by WeChat and follows us no more."""
    resident = await house.follower(openid)
    async with house.store.begin() as work:
        (account,) = await work.people.identities(resident.id)
        await work.people.link(replace(account, following=False))
    return resident


async def reports(office, resident):
    await office.matters.reports.file_own(resident, Report(story=DESPAIR, spot=PLACE))


async def reports_a_matter(office, resident):
    await office.matters.file_own(resident, MatterReport(told=DESPAIR, spot=PLACE))


async def adds_to_a_matter(office, resident):
    lamp = MatterReport(told="门口的路灯坏了半个月", spot=PLACE)
    matter = await office.matters.file_own(resident, lamp)
    await office.matters.say_more_own(resident, matter.id, DESPAIR)


async def names_the_place(office, resident):
    place = Spot(words="枫溪路18号楼顶，我要从这里跳下去，不想活了")
    await office.matters.reports.file_own(resident, Report(story="钱要不回来", spot=place))


@pytest.mark.parametrize("does", [reports, names_the_place, reports_a_matter, adds_to_a_matter])
async def test_the_guardian_hears_of_it_as_from_the_chat(url, does):
    async with an_office(url) as office:
        async with office.store.begin() as work:
            await work.staff.add(a_member(CLERK))
        mother, daughter = await a_resident(office), await a_resident(office, "o-daughter")
        async with office.store.begin() as work:
            given = await office.matters.alarms.guards.invite(work, mother.id, (Scope.DANGER,))
            await office.matters.alarms.guards.agree(work, daughter.id, given["guard_code"])

        await does(office, mother)

        async with office.store.read() as work:
            told = await work.notices.of_person(daughter.id)
        assert [one.kind for one in told] == [NoticeKind.GUARD_DANGER]


async def test_who_waits_long_reads_who_was_told_and_that_nobody_took_it(house: House) -> None:
    wang = await house.follower("o-wang")
    case_id = await in_danger(house, wang)
    await house.work_off()
    soon = await house.alarms.who_was_called(wang)

    house.clock.forward(timedelta(minutes=10))
    late = await house.alarms.who_was_called(wang)
    await house.cases.acknowledge(CLERK, case_id)

    assert soon.startswith(f"正在通知值班的{CLERK.name}。")
    assert late.startswith(f"已经通知值班的{CLERK.name}，还没有人接")
    assert (await house.alarms.who_was_called(wang)).startswith(f"已经告诉值班的{CLERK.name}。")
