"""After a talk about danger is over, a grade is a grade and a number is a number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import chat, matters
from bot.texts import danger as danger_texts
from domain.conversations import EndHuman, RaiseAlarm, RateCase, RateMatter, TakeBack
from domain.danger import alarms, told_together
from domain.matters import Grade
from domain.privacy import Wish
from tests.bot.talking import Resident
from tests.bot.test_after_filing import ANSWERED
from tests.bot.test_deeds import LEAK

CRY = "我不想活了"
#: Halves of an alarm, by its lexicon.
LIGHTS = "别人家的灯都亮了，我这边该灭了"
BURNT = "我把前任送的东西全烧了(在我奶奶家灶膛里),舒坦"


def alarms_of(resident: Resident) -> list[str]:
    return [one.text for one in resident.intents if isinstance(one, RaiseAlarm)]


async def over(resident: Resident) -> Resident:
    """They said that they are safe."""
    assert danger_texts.GOOD_TO_HEAR in await resident.says_in_turn(CRY, "没事了", "1")
    return resident


async def ended_with_a_human(resident: Resident) -> Resident:
    """A human took the talk, and they ended it."""
    await resident.says(CRY)
    resident.talk = replace(resident.talk, human="陈晓分")
    assert chat.HUMAN_ENDED in await resident.says("结束人工")
    return resident


@pytest.mark.parametrize("ended", [over, ended_with_a_human])
@pytest.mark.parametrize(
    ("said", "grade"), [("满意", Grade.SATISFIED), ("不满意", Grade.UNSATISFIED)]
)
async def test_a_grade_after_a_talk_about_danger_rates_the_answer(ended, said, grade):
    resident = await ended(Resident(matters=(ANSWERED,)))

    await resident.says(said)

    assert resident.intent(RateMatter).grade == grade


@pytest.mark.parametrize("ended", [over, ended_with_a_human])
async def test_a_grade_after_a_talk_about_danger_rates_the_case(ended):
    resident = await ended(Resident(cases=(replace(LEAK, page="rate"),)))

    await resident.says("满意")

    assert resident.intent(RateCase).stars == 4


async def test_a_grade_while_the_talk_goes_on_beside_something_finished_rates_too():
    resident = Resident(matters=(ANSWERED,))
    await resident.says_in_turn(CRY, "继续", "取消")

    await resident.says("满意")

    assert resident.intent(RateMatter).grade == Grade.SATISFIED


@pytest.mark.parametrize("ended", [over, ended_with_a_human])
@pytest.mark.parametrize(
    ("half", "said", "answer"),
    [
        (LIGHTS, "2", matters.WHAT),
        (LIGHTS, "２", matters.WHAT),
        (BURNT, "民生事项", matters.WHAT),
        (BURNT, "满意", danger_texts.CALL_BRIEFLY_NURSES),
        (BURNT, "继续", chat.NOTHING_OPEN),
    ],
)
async def test_a_number_of_the_menu_rings_no_alarm_with_what_was_said_before(
    ended, half, said, answer
):
    resident = await ended(Resident())
    await resident.says(half)

    told = await resident.says(said)

    assert alarms(told_together(half, said))  # judged together they would be one
    assert (alarms_of(resident), answer in told) == ([CRY], True)


async def test_a_number_that_calls_for_help_is_judged_with_what_was_said_before():
    resident = Resident()

    await resident.says_in_turn(LIGHTS, "110")

    assert len(alarms_of(resident)) == len(alarms(told_together(LIGHTS, "110"))[:1])


async def test_where_somebody_is_goes_with_the_consent_to_keep_the_chat():
    resident = Resident()
    await resident.says_in_turn(CRY, "枫桥新村3幢", "没事了", "1")

    await resident.says_in_turn("撤回同意", "7", "确认")

    assert resident.intent(TakeBack).wish == Wish.EVERYTHING
    assert "枫桥新村" not in "".join(resident.talk.answers.values())


async def test_whom_staff_may_still_write_hears_no_word_that_the_talk_is_over():
    resident = await over(Resident())

    told = await resident.says("结束人工")

    assert told == danger_texts.back_to_machine(waits=False)
    assert not [one for one in resident.intents if isinstance(one, EndHuman)]
