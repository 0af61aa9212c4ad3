"""One person, however they come: chat, pages and mini-program are told apart by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.actors import Resident
from domain.cases import Side
from domain.errors import NotFound, Unavailable
from domain.history import Event
from domain.ids import CaseId, PersonId
from domain.jobs import AskWho
from domain.people import WeChatIdentity
from domain.ports.outside import Refusal
from domain.scope import EVERYTHING
from tests.factories import LI, a_report
from tests.services.house import (
    APPID,
    WANG_PHONE,
    House,
    a_report_filed,
    accepted,
    meeting_fixed,
)

MINI = "wx-mini"
ASKED = AskWho(appid=APPID, openid="o-wang")


async def mini_login(house: House, openid: str = "m-wang", unionid: str = "u-wang") -> Resident:
    opened = await house.identity.wechat_login(MINI, openid, unionid)
    actor = await house.identity.who(opened.secret)
    assert isinstance(actor, Resident)
    return Resident(id=actor.id)


async def owner(house: House, appid: str, openid: str) -> PersonId:
    async with house.store.read() as work:
        person = await work.people.by_openid(appid, openid)
    assert person is not None
    return person.id


async def merges(house: House, case_id: CaseId) -> list[Event]:
    async with house.store.read() as work:
        history = await work.cases.history(case_id)
    return [event for event in history if event.kind == "person.merged"]


async def test_a_follower_is_known_again_in_the_mini_program(house: House) -> None:
    house.chat.unionids["o-wang"] = "u-wang"
    quarrel = await a_report_filed(house)
    await house.work_off()

    wang = await mini_login(house)

    (line,) = await house.cases.mine(wang)
    assert line.id == quarrel.case_id


async def test_two_people_who_turn_out_to_be_one_have_the_cases_of_both(house: House) -> None:
    mini = await mini_login(house)
    from_mini = await house.reports.file_own(mini, a_report("老板拖欠工资"))
    quarrel = await a_report_filed(house)
    before = len(await house.cases.mine(mini))

    house.chat.unionids["o-wang"] = "u-wang"
    await house.work_off()

    who = await owner(house, APPID, "o-wang")
    lines = await house.cases.mine(Resident(id=who))
    assert before == 1
    assert {line.id for line in lines} == {quarrel.case_id, from_mini.case_id}
    assert who == await owner(house, MINI, "m-wang")


async def test_the_better_known_of_the_two_stays_and_the_history_says_so(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    mini = await mini_login(house)
    filed = await house.reports.file_own(mini, a_report("老板拖欠工资"))

    house.chat.unionids["o-wang"] = "u-wang"
    await house.work_off()

    (told,) = await merges(house, filed.case_id)
    assert told.detail == {"gone": mini.id, "into": quarrel.wang.id}
    assert told.by == "system"
    assert await merges(house, quarrel.case_id) == []
    async with house.store.read() as work:
        assert (await work.people.get(mini.id)).phone == f"+86{WANG_PHONE}"


async def test_sessions_and_invitations_go_on_under_the_one_person(house: House) -> None:
    opened = await house.identity.wechat_login(MINI, "m-wang", "u-wang")
    mini = await house.identity.who(opened.secret)
    assert isinstance(mini, Resident)
    quarrel = await accepted(await a_report_filed(house))
    meeting = await meeting_fixed(quarrel)
    await house.work_off()
    link = house.chat.to("o-wang")[-1][1].rpartition("/")[2]

    house.chat.unionids["o-wang"] = "u-wang"
    await house.persons.learn(ASKED)

    actor = await house.identity.who(opened.secret)
    assert isinstance(actor, Resident)
    assert actor.id == quarrel.wang.id
    assert await house.meetings.from_invitation(Resident(id=actor.id), link) == meeting


async def test_learning_again_changes_nothing(house: House) -> None:
    mini = await mini_login(house)
    await house.reports.file_own(mini, a_report())
    await house.follower("o-wang")
    house.chat.unionids["o-wang"] = "u-wang"

    await house.work_off()
    first = await owner(house, APPID, "o-wang")
    await house.persons.learn(ASKED)
    await house.persons.learn(ASKED)
    again = await mini_login(house)

    (line,) = await house.cases.mine(again)
    assert (again.id, await owner(house, APPID, "o-wang")) == (first, first)
    assert len(await merges(house, line.id)) <= 1


async def test_a_log_in_merges_what_was_learned_before(house: House) -> None:
    await house.identity.wechat_login(MINI, "m-wang")
    house.chat.unionids["o-wang"] = "u-wang"
    quarrel = await a_report_filed(house)
    await house.work_off()

    wang = await mini_login(house)

    (line,) = await house.cases.mine(wang)
    assert line.id == quarrel.case_id


async def test_people_under_two_names_are_left_apart(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    wife = await mini_login(house)
    filed = await house.reports.file_own(wife, a_report("老板拖欠工资"))
    async with house.store.begin() as work:
        case = await work.cases.get(filed.case_id, EVERYTHING)
        person = await work.people.get(wife.id)
        await work.cases.save(case)
        await work.people.save(type(person)(id=wife.id, name="王太太", version=person.version))

    house.chat.unionids["o-wang"] = "u-wang"
    await house.work_off()

    assert await owner(house, APPID, "o-wang") == quarrel.wang.id
    assert await owner(house, MINI, "m-wang") == wife.id


async def test_nobody_is_made_one_with_their_opponent(house: House) -> None:
    quarrel = await a_report_filed(house)
    other = await mini_login(house)
    async with house.store.begin() as work:
        case = await work.cases.get(quarrel.case_id, EVERYTHING)
        place = type(case.parties[0])(person_id=other.id, side=Side.RESPONDENT)
        changed, event = case.add_party(place, by=LI, at=house.clock())
        await work.cases.save(changed, event)

    house.chat.unionids["o-wang"] = "u-wang"
    await house.work_off()

    sides = {one.person_id: one.side for one in (await house.case(quarrel.case_id)).parties}
    assert sides == {quarrel.wang.id: Side.APPLICANT, other.id: Side.RESPONDENT}


async def test_a_report_sent_at_the_moment_of_the_merge_is_the_one_person_s(house: House) -> None:
    mini = await mini_login(house)
    quarrel = await accepted(await a_report_filed(house))
    house.chat.unionids["o-wang"] = "u-wang"
    await house.work_off()

    filed = await house.reports.file_own(mini, a_report("老板拖欠工资"))

    assert (await house.case(filed.case_id)).reporter == quarrel.wang.id
    with pytest.raises(NotFound):
        await house.cases.view(mini, filed.case_id)


async def test_while_wechat_is_away_the_question_waits(house: House) -> None:
    await house.follower("o-wang")
    house.chat.silences.append(Unavailable("WeChat: 45009"))

    with pytest.raises(Unavailable):
        await house.persons.learn(ASKED)


async def test_a_refused_question_is_not_asked_again(house: House) -> None:
    await house.follower("o-wang")
    house.chat.silences.append(Refusal("48001"))

    await house.persons.learn(ASKED)

    async with house.store.read() as work:
        identity = await work.people.identity(APPID, "o-wang")
    assert identity is not None
    assert identity.unionid == ""


async def test_a_page_s_log_in_asks_once_a_day_until_it_is_known(house: House) -> None:
    for _ in range(3):
        await house.identity.wechat_login(APPID, "o-wang")
    asked = [job for job in house.store.waiting if isinstance(job, AskWho)]
    async with house.store.begin() as work:
        person = await work.people.by_openid(APPID, "o-wang")
        assert person is not None
        known = WeChatIdentity(appid=APPID, openid="o-wang", person_id=person.id, unionid="u-wang")
        await work.people.link(known)
    house.store.waiting.clear()
    await house.identity.wechat_login(APPID, "o-wang")

    assert asked == [ASKED]
    assert house.store.waiting == []


async def test_a_minor_stays_a_minor_under_the_one_name(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    mini = await mini_login(house)
    async with house.store.begin() as work:
        child = await work.people.get(mini.id)
        await work.people.save(replace(child, born=date(2010, 1, 1)))

    house.chat.unionids["o-wang"] = "u-wang"
    await house.work_off()

    async with house.store.read() as work:
        assert (await work.people.get(mini.id)).id == quarrel.wang.id
        assert (await work.people.get(quarrel.wang.id)).born == date(2010, 1, 1)


async def test_two_days_of_birth_are_two_people(house: House) -> None:
    """A parent and a child may share one WeChat account."""
    quarrel = await accepted(await a_report_filed(house))
    mini = await mini_login(house)
    async with house.store.begin() as work:
        for one, born in ((mini.id, date(2010, 1, 1)), (quarrel.wang.id, date(1980, 1, 1))):
            await work.people.save(replace(await work.people.get(one), born=born))

    house.chat.unionids["o-wang"] = "u-wang"
    await house.work_off()

    assert await owner(house, MINI, "m-wang") == mini.id
    assert await owner(house, APPID, "o-wang") == quarrel.wang.id
