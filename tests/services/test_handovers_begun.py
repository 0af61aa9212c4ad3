"""Staff speak first in the chat: with whoever told of danger, also when their talk is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import Resident
from domain.cases import Report, Spot
from domain.errors import NotFound
from domain.handovers import HandOverState
from domain.ids import CaseId, MatterId
from domain.matters import Grade, MatterReport
from domain.notices import NoticeKind
from services.reaching import Reaching
from tests.bot.office import APPID as APPID_OF_CHAT
from tests.bot.office import an_office, message
from tests.factories import CLERK, LI, ZHAO, a_member
from tests.services.house import APPID, CENTRE, House, a_house, a_report_filed
from tests.services.test_courier import without_templates
from tests.stores import sqlite_url

DESPAIR = "钱要不回来，我不想活了"
ELSEWHERE = replace(CLERK, region="888888")


@pytest.fixture
async def house(tmp_path):
    """What differs between the databases is tested with the store itself."""
    async with a_house(sqlite_url(tmp_path)) as opened:
        yield opened


def reaching(house: House) -> Reaching:
    return Reaching(hand_overs=house.hand_overs)


async def follows_no_more(house: House, person: Resident) -> None:
    async with house.store.begin() as work:
        (account,) = await work.people.identities(person.id)
        await work.people.link(replace(account, following=False))


async def taken_and_over(house: House) -> tuple[Resident, CaseId]:
    """王 told of danger on a page, 陈分派 talked with them and ended the talk."""
    wang = await house.follower("o-wang")
    report = Report(story=DESPAIR, spot=Spot(words="枫溪路18号"))
    case_id = (await house.reports.file_own(wang, report)).case_id
    await house.cases.acknowledge(CLERK, case_id)
    talk_id = await house.hand_overs.take_alarm(CLERK, case_id)
    await house.hand_overs.end(CLERK, talk_id, words="人平安")
    await house.work_off()
    return wang, case_id


async def told(house: House, person: Resident, kind: NoticeKind) -> list[str]:
    async with house.store.read() as work:
        notices = await work.notices.of_person(person.id)
    return [one.facts["name"] for one in notices if one.kind is kind]


async def test_whoever_may_take_the_talk_of_a_case_begins_one_when_it_is_over(
    house: House,
) -> None:
    wang, case_id = await taken_and_over(house)

    offered = await reaching(house).in_case(ZHAO, case_id)
    talk_id = await reaching(house).begin(ZHAO, case_id, wang.id)

    talk = await house.hand_overs.view(ZHAO, talk_id)
    assert offered == [wang.id]
    assert (talk.mine, talk.danger, talk.case_id, talk.begun) == (True, True, case_id, True)
    assert await house.hand_overs.of_case(ZHAO, case_id) == talk_id
    assert await reaching(house).in_case(ZHAO, case_id) == []
    assert await told(house, wang, NoticeKind.HUMAN_CAME) == [ZHAO.name]
    async with house.store.read() as work:
        assert (await work.talks.get(APPID, "o-wang")).human == ZHAO.name
        apart = await work.cases.history(CaseId(""))
    assert [one.kind for one in apart if one.subject == talk_id] == ["talk.taken"]
    history = (await house.cases.view(ZHAO, case_id)).history
    assert ("在微信里找居民说话", ZHAO.name) in [(one.words, one.by) for one in history]
    theirs = (await house.cases.view(wang, case_id)).history
    assert "在微信里找居民说话" not in [one.words for one in theirs]


async def test_begun_twice_it_is_one_talk_and_a_colleague_s_stays_theirs(house: House) -> None:
    wang, case_id = await taken_and_over(house)

    first = await reaching(house).begin(CLERK, case_id, wang.id)
    second = await reaching(house).begin(ZHAO, case_id, wang.id)

    assert first == second
    assert (await house.hand_overs.view(ZHAO, second)).staff_name == CLERK.name
    assert await told(house, wang, NoticeKind.HUMAN_CAME) == [CLERK.name]


@pytest.mark.parametrize("other", [LI, ELSEWHERE])
async def test_nobody_else_may(house: House, other) -> None:
    wang, case_id = await taken_and_over(house)

    with pytest.raises(NotFound):
        await reaching(house).begin(other, case_id, wang.id)
    async with house.store.read() as work:
        assert await work.hand_overs.open_of(wang.id) is None


async def test_with_somebody_who_has_nothing_to_do_with_the_case_no_talk_is_begun(
    house: House,
) -> None:
    _, case_id = await taken_and_over(house)
    zhang = await house.follower("o-zhang")

    with pytest.raises(NotFound):
        await reaching(house).begin(CLERK, case_id, zhang.id)


async def test_with_whoever_follows_us_no_more_no_talk_is_offered(house: House) -> None:
    wang, case_id = await taken_and_over(house)
    await follows_no_more(house, wang)

    assert await reaching(house).in_case(CLERK, case_id) == []
    with pytest.raises(NotFound):
        await reaching(house).begin(CLERK, case_id, wang.id)


async def test_words_that_wechat_does_not_let_out_are_shown_as_waiting(house: House) -> None:
    without_templates(house)
    wang, case_id = await taken_and_over(house)
    talk_id = await reaching(house).begin(CLERK, case_id, wang.id)

    await house.hand_overs.say(CLERK, talk_id, "您现在在哪里？")
    await house.work_off()

    (line,) = (await house.hand_overs.view(CLERK, talk_id)).lines
    assert line.unsent.startswith("在对方的“我的消息”里，等下一次能发时再发")


async def test_a_calm_talk_that_staff_began_waits_a_day_for_the_first_word(house: House) -> None:
    quarrel = await a_report_filed(house)
    talk_id = await reaching(house).begin(CLERK, quarrel.case_id, quarrel.wang.id)
    await house.hand_overs.say(CLERK, talk_id, "您方便说话吗？")

    await house.sweep(timedelta(hours=20))
    waits = await house.hand_overs.view(CLERK, talk_id)
    await house.sweep(timedelta(hours=5))

    assert (waits.state, waits.danger) == (HandOverState.TAKEN, False)
    assert (await house.hand_overs.view(CLERK, talk_id)).state is HandOverState.ENDED


LAMP = MatterReport(told="门口的路灯坏了半个月", spot=Spot(words="枫溪路18号"))


async def twice_not_good(house: House) -> tuple[Resident, MatterId]:
    """王's lamp was answered twice, and neither answer was good; there is no number."""
    wang = await house.follower("o-wang")
    matter_id = (await house.matters.file_own(wang, LAMP)).id
    for _ in range(2):
        version = (await house.matters.view(CLERK, matter_id)).version
        await house.matters.answer(CLERK, matter_id, version=version, words="明天来修")
        await house.matters.rate_own(wang, matter_id, Grade.UNSATISFIED)
    return wang, matter_id


async def test_after_a_second_bad_grade_the_supervisor_speaks_with_who_left_no_number(
    house: House,
) -> None:
    wang, matter_id = await twice_not_good(house)

    before = await reaching(house).about_matter(ZHAO, matter_id)
    talk_id = await reaching(house).begin_about_matter(ZHAO, matter_id)

    talk = await house.hand_overs.view(ZHAO, talk_id)
    assert before.to_begin
    assert (talk.mine, talk.danger, talk.matter_id) == (True, False, matter_id)
    assert (await reaching(house).about_matter(ZHAO, matter_id)).open == talk_id
    assert await told(house, wang, NoticeKind.HUMAN_CAME) == [ZHAO.name]
    seen = await house.matters.view(ZHAO, matter_id)
    assert seen.line.next_step.words.endswith("请联系居民，在微信里说话或者打电话")
    assert ("在微信里找居民说话", ZHAO.name) in [(one.words, one.by) for one in seen.history]
    for other in (LI, ELSEWHERE):
        with pytest.raises(NotFound):
            await reaching(house).begin_about_matter(other, matter_id)


async def test_who_can_be_reached_by_nothing_is_promised_no_call_about_a_matter(
    house: House,
) -> None:
    wang, matter_id = await twice_not_good(house)
    promised = (await house.matters.view(wang, matter_id)).line.next_step.words

    await follows_no_more(house, wang)

    mine = (await house.matters.view(wang, matter_id)).line.next_step.words
    theirs = (await house.matters.view(ZHAO, matter_id)).line.next_step.words
    assert promised == "负责人会联系您"
    assert mine == f"我们没有您的电话，请打{CENTRE.phone}，说编号，找负责人"
    assert "没有微信，也没有电话" in theirs
    assert not (await reaching(house).about_matter(ZHAO, matter_id)).to_begin


@pytest.fixture
async def office(tmp_path):
    async with an_office(sqlite_url(tmp_path)) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, ZHAO):
                await work.staff.add(a_member(acting))
        yield opened


async def tell(office, *said: str) -> str:
    words = ""
    for text in said:
        reply = await office.desk.receive(message(text, at=office.clock()))
        words = reply.text if reply else ""
        office.clock.moves(seconds=1)
    return words


async def test_who_said_that_they_are_safe_is_spoken_to_again_and_ends_it_by_its_word(office):
    await tell(office, DESPAIR, "没事了", "1")
    (over,) = await office.hand_overs.listed(CLERK)
    if over.state is not HandOverState.ENDED:
        await office.hand_overs.take(CLERK, over.id)
        await office.hand_overs.end(CLERK, over.id, words="人平安")
    desk = Reaching(hand_overs=office.hand_overs)
    (person,) = await desk.in_case(CLERK, CaseId(over.case_id))

    talk_id = await desk.begin(CLERK, CaseId(over.case_id), person)
    heard = await tell(office, "我在医院三楼")
    ended = await tell(office, "结束人工")

    talk = await office.hand_overs.view(CLERK, talk_id)
    assert heard == ""
    assert talk.lines[0].words == "我在医院三楼"
    assert ended != ""
    assert talk.state is HandOverState.ENDED


async def test_words_of_danger_make_a_calm_talk_about_their_own_case_one_about_danger(office):
    await tell(office, "你好")
    async with office.store.read() as work:
        wang = await work.people.by_openid(APPID_OF_CHAT, "o-li")
    report = Report(story="楼上漏水，赔偿谈不拢", spot=Spot(words="枫溪路18号"))
    filed = await office.desk.deeds.reports.file_own(Resident(id=wang.id), report)
    talk_id = await Reaching(hand_overs=office.hand_overs).begin(CLERK, filed.case_id, wang.id)
    await tell(office, "在的")
    calm = await office.hand_overs.view(CLERK, talk_id)

    await tell(office, DESPAIR)
    office.clock.moves(hours=1)

    talk = await office.hand_overs.view(CLERK, talk_id)
    assert (calm.danger, calm.case_id) == (False, filed.case_id)
    assert (talk.danger, talk.case_id) == (True, filed.case_id)
    async with office.store.read() as work:
        (quiet,) = await work.dues.of_subjects([talk_id])
    assert quiet.due_at > office.clock() + timedelta(hours=22)
