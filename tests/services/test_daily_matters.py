"""A daily-life matter is told apart, reaches a human at the desk, and its answer the person."""

from __future__ import annotations

import pytest

from bot.texts import guidance, matters
from domain.conversations import Known, Talk
from domain.daily_matters import is_daily
from domain.notices import NoticeKind
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.bot.office import APPID, an_office, message
from tests.factories import CLERK, ZHAO, a_member

LAMP = "枫桥路18号门口的路灯坏了半个月了"


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, ZHAO):
                await work.staff.add(a_member(acting))
        yield opened


async def says(office, text: str) -> str:
    reply = await office.desk.receive(message(text, at=office.clock()))
    assert reply is not None
    return reply.text


async def asked_human(office):
    async with office.store.read() as work:
        person = await work.people.by_openid(APPID, "o-li")
        assert person is not None
        return await work.hand_overs.open_of(person.id)


@pytest.mark.parametrize("told", [(LAMP, "3"), ("民生事项", LAMP)], ids=["offered", "asked for"])
async def test_a_human_hears_it_and_answers_and_no_case_is_made(office, told):
    replies = [await says(office, text) for text in told]
    asked = await asked_human(office)

    await office.hand_overs.take(CLERK, asked.id)
    await office.hand_overs.say(CLERK, asked.id, "明天派人去修")

    async with office.store.read() as work:
        cases, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
        notices = await work.notices.of_person(asked.person_id)
    assert "已经转给工作人员" in replies[-1]
    assert [line.words for line in asked.lines] == [LAMP]
    assert cases == []
    assert [one.facts["say"] for one in notices if one.kind is NoticeKind.HUMAN_SAID] == [
        "明天派人去修"
    ]


async def test_a_second_matter_reaches_the_same_human(office):
    await says(office, LAMP)
    await says(office, "3")
    await says(office, "小区门口的垃圾没人清")

    asked = await asked_human(office)

    assert [line.words for line in asked.lines] == [LAMP, "小区门口的垃圾没人清"]


async def test_a_quarrel_is_offered_no_such_way(office):
    offered = await says(office, "邻居把垃圾堆在楼道里不让清")
    kept = await says(office, "3")

    assert offered == guidance.OFFER
    assert kept.startswith(guidance.OFFER_KEPT)
    assert await asked_human(office) is None


@pytest.mark.parametrize(
    ("story", "daily"),
    [
        (LAMP, True),
        ("我们这里停水三天了没人管", True),
        ("路中间的井盖不见了很危险", True),
        ("楼上水管爆了把我家泡了", False),
        ("包工头拖欠工资，工地还停电了", False),
        ("我想问问低保怎么办", False),
    ],
)
def test_what_wants_mending_is_told_from_what_wants_mediating(story, daily):
    assert is_daily(story) is daily


def test_outside_of_office_hours_one_hears_when_somebody_looks():
    known = Known(talk=Talk(), named=False, open_now=False, office_hours="工作日8:30到17:30")

    assert "上班时间是工作日8:30到17:30" in matters.passed_on(known)
