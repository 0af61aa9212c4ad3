"""Danger that is told in two messages, neither of which tells it alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.cases import Case
from domain.conversations import Answer, RaiseAlarm, Reply, Talk
from domain.danger import hear, told_together
from domain.ids import PersonId
from domain.people import Person
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from services.conversations import Thought
from services.rounds import Found
from tests.bot.office import a_staffed_office, message
from tests.bot.talking import NOON, Resident

FIRST, SECOND = "我就是想睡一觉", "十二片不够，我又抠了二十片"


def raised(resident: Resident) -> list[RaiseAlarm]:
    return [one for one in resident.intents if isinstance(one, RaiseAlarm)]


async def test_the_second_half_raises_the_alarm_with_both():
    resident = Resident()

    first = await resident.says(FIRST)
    second = await resident.says(SECOND)

    assert "110" not in first
    assert second.startswith("您说的情况很要紧")
    assert [(one.before, one.text) for one in raised(resident)] == [(FIRST, SECOND)]


async def test_something_harmless_between_does_not_hide_it():
    resident = Resident()

    await resident.says_in_turn(FIRST, "在吗", SECOND)

    assert len(raised(resident)) == 1


async def test_minutes_later_the_halves_do_not_belong_together():
    resident = Resident()
    await resident.says(FIRST)

    resident.waits(minutes=6)
    await resident.says(SECOND)

    assert raised(resident) == []


@pytest.mark.parametrize("after", ["你好", "谢谢", "楼上天天漏水没人管", SECOND])
async def test_what_rang_does_not_ring_again_with_the_next_message(after):
    resident = Resident()
    await resident.says_in_turn(FIRST, SECOND)

    await resident.says(after)

    assert len(raised(resident)) == 1
    assert resident.talk.nearly in ("", SECOND)


@pytest.mark.parametrize("calm", ["是切菜的", "你好", "我想问一下怎么办理"])
async def test_a_message_that_rang_alone_does_not_ring_with_a_calm_one(calm):
    resident = Resident()

    await resident.says_in_turn("他手里有刀", calm)

    assert len(raised(resident)) == 1


async def test_within_a_report_the_halves_are_heard_too():
    resident = Resident()

    told = await resident.says_in_turn("我要反映纠纷", FIRST, SECOND)

    assert "110" in told
    assert FIRST in raised(resident)[0].story


async def test_ordinary_talk_leaves_nothing_behind():
    resident = Resident()

    await resident.says_in_turn("你好", "楼上漏水，跟他说了两次都不管", "是", "枫桥路18号")

    assert (resident.talk.nearly, resident.talk.nearly_at) == ("", None)


@pytest.mark.parametrize("earlier", ["", "。", f"{'我们家就这样' * 8}，他拿着刀来了"])
def test_an_end_that_alarms_alone_is_not_put_before_anything(earlier: str):
    assert told_together(earlier, SECOND) == ""


async def test_three_calm_messages_never_add_up_to_an_alarm():
    resident = Resident()

    await resident.says_in_turn("楼道里的电线老化了", "枫桥路18号3幢", "电线也露出来了")

    assert raised(resident) == []


def test_a_long_message_stands_for_itself():
    assert told_together(FIRST, "楼上漏水，说了两次都不管，" * 6) == ""


def test_only_as_much_of_the_earlier_words_is_taken_as_is_judged_together():
    both = told_together(f"{'我们家就这样，' * 9}{FIRST}。", SECOND)

    assert both.endswith(f"{FIRST}，{SECOND}")
    assert len(both) <= 60


def test_half_an_alarm_is_told_from_ordinary_words():
    assert hear(FIRST).nearly
    assert not hear(FIRST).alarms
    assert not hear("楼上漏水，跟他说了两次都不管").nearly


@pytest.fixture
async def office(url):
    async with a_staffed_office(url) as opened:
        yield opened


async def the_case(office) -> Case:
    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    return case


async def test_both_halves_are_one_call_and_stand_in_the_case(office):
    for said in (FIRST, SECOND, SECOND, FIRST):
        await office.desk.receive(message(said, at=office.clock()))
        office.clock.moves(seconds=20)

    case = await the_case(office)
    async with office.store.read() as work:
        calls = [one for one in await work.notices.of_case(case.id) if one.kind == "alarm"]
    assert case.alarmed
    first, second = f"{FIRST}（11月22日11:59）", f"{SECOND}（11月22日12:00）"
    assert case.danger == (first, second)
    assert case.story.splitlines()[:2] == [first, second]
    assert len(calls) == 1


async def test_half_an_alarm_does_not_lengthen_an_open_question():
    begun = Found(talk=Talk(state="report:where", changed_at=NOON), taken=True, person=None)
    later = replace(begun.talk, nearly=FIRST, nearly_at=NOON + timedelta(hours=20))
    answer = Answer(reply=Reply(text="好"), talk=later)
    thought = Thought(key="m1", answer=answer, found=begun, person=Person(id=PersonId("li")))

    assert thought.moved(NOON + timedelta(hours=20)) == later


async def test_within_a_report_nothing_is_written_that_was_not_sent(office):
    for said in ("我要反映纠纷", FIRST, SECOND):
        await office.desk.receive(message(said, at=office.clock()))
        office.clock.moves(seconds=50)

    case = await the_case(office)
    assert [line.partition("（")[0] for line in case.story.splitlines()] == [FIRST, SECOND]
    assert f"{FIRST}，{SECOND}" not in f"{case.story}{case.danger}"
