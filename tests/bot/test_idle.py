"""Nothing is asked: numbers of the menu, small words, and a report that was left unfinished."""

from __future__ import annotations

import pytest

from bot.texts import chat as texts
from tests.bot.talking import Resident

STOPPED = ("我要反映纠纷", "楼上天天漏水没人管", "取消")


@pytest.mark.parametrize(
    ("before", "number", "answered"),
    [
        (("我的信息",), "10", texts.HUMAN_ASKED),
        (("我的案件",), "９", texts.LARGE_PRINT),
        (STOPPED, "9", texts.LARGE_PRINT),
        (STOPPED, "1", texts.UNFINISHED),
        (("谢谢",), "1", texts.WHAT_HAPPENED),
    ],
)
async def test_the_numbers_of_the_menu_count_whenever_nothing_is_asked(before, number, answered):
    resident = Resident()

    await resident.says_in_turn(*before)

    assert (await resident.says(number)).startswith(answered)


async def test_a_number_that_answers_an_open_question_is_no_choice_of_the_menu():
    resident = Resident()

    told = await resident.says_in_turn("我要反映纠纷", "楼上天天漏水没人管", "枫桥路18号", "9")

    assert told != texts.LARGE_PRINT
    assert resident.talk.state.startswith("report:")


@pytest.mark.parametrize("yes", ["1", "不要了"])
async def test_cancelled_twice_a_report_is_dropped_if_the_person_says_so(yes):
    resident = Resident()
    await resident.says_in_turn(*STOPPED)

    asked = await resident.says("取消")
    dropped = await resident.says(yes)

    assert asked == texts.DROP_IT
    assert dropped == texts.DROPPED
    assert (resident.talk.state, resident.talk.answers) == ("", {})
    assert await resident.says("继续") == texts.NOTHING_OPEN


@pytest.mark.parametrize("no", ["2", "取消"])
async def test_a_report_that_is_not_dropped_can_be_continued(no):
    resident = Resident()
    await resident.says_in_turn(*STOPPED, "取消")

    kept = await resident.says(no)

    assert kept == texts.KEPT
    assert (await resident.says("继续")).endswith(texts.WHERE_WAS_IT)


async def test_whoever_writes_something_else_than_yes_drops_nothing():
    resident = Resident()

    await resident.says_in_turn(*STOPPED, "取消", "大字")

    assert (await resident.says("继续")).endswith(texts.WHERE_WAS_IT)


async def test_a_dropped_report_leaves_the_case_of_its_alarm():
    resident = Resident(begun="〔2026〕枫综字第0001号")

    told = await resident.says_in_turn(*STOPPED, "取消", "1")

    assert "〔2026〕枫综字第0001号照常办理" in told


@pytest.mark.parametrize("thanks", ["谢谢", "谢谢你们！", "好的，谢谢了", "辛苦了。", "太感谢你了"])
@pytest.mark.parametrize("before", [("你好",), STOPPED])
async def test_thanks_get_a_kind_word(before, thanks):
    resident = Resident()
    await resident.says_in_turn(*before)

    assert await resident.says(thanks) == texts.YOU_ARE_WELCOME


async def test_thanks_within_a_report_leave_its_question_open():
    told = await Resident().says_in_turn("我要反映纠纷", "谢谢")

    assert told == f"{texts.YOU_ARE_WELCOME}\n\n{texts.WHAT_HAPPENED}"
