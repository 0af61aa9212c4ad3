"""What is told of danger beside a daily-life matter is for the alarm, never for who mends it."""

from __future__ import annotations

import pytest

from domain.conversations import FileMatter, RaiseAlarm, TellMatter
from tests.bot.talking import Resident
from tests.bot.test_after_filing import IN_HAND

LAMP = "门口的路灯坏了半个月"
DESPAIR = "我不想活了"


@pytest.mark.parametrize("before", [(), ("枫溪路18号",), ("枫溪路18号", "跳过")])
async def test_who_mends_a_lamp_reads_nothing_of_despair(before):
    resident = Resident()

    await resident.says_in_turn("民生事项", LAMP, *before, DESPAIR, "继续")
    await resident.says_in_turn(*("枫溪路18号", "跳过")[len(before) :], "确认")

    assert resident.intent(FileMatter).report.told == LAMP
    assert resident.intent(RaiseAlarm).story == f"{LAMP}\n{DESPAIR}"


async def test_despair_in_the_words_of_the_matter_is_left_out_of_it():
    resident = Resident()

    await resident.says_in_turn(
        "民生事项", f"{LAMP}。{DESPAIR}。", "继续", "枫溪路18号", "跳过", "确认"
    )

    assert resident.intent(FileMatter).report.told == f"{LAMP}。"
    assert DESPAIR in resident.intent(RaiseAlarm).text


async def test_despair_alone_is_no_matter():
    resident = Resident()

    await resident.says_in_turn("民生事项", DESPAIR)

    assert DESPAIR not in "".join(resident.talk.answers.values())


async def test_despair_said_after_a_matter_was_handed_in_is_not_added_to_it():
    resident = Resident(matters=(IN_HAND,))
    await resident.says_in_turn("民生事项", LAMP, "枫溪路18号", "跳过", "确认")

    await resident.says(DESPAIR)

    assert resident.intent(RaiseAlarm).text == DESPAIR
    assert not [one for one in resident.intents if isinstance(one, TellMatter)]


async def test_despair_said_at_the_offer_of_a_report_is_not_in_the_matter_it_becomes():
    resident = Resident()

    await resident.says_in_turn("路口的路灯半个月不亮了，晚上很黑", DESPAIR, "继续", "1")
    await resident.says_in_turn("枫溪路18号", "跳过", "确认")

    assert resident.intent(FileMatter).report.told == "路口的路灯半个月不亮了，晚上很黑"
