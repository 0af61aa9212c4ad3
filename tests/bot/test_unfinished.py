"""Somebody stopped in the middle: nothing told is nothing left, and what comes next is asked."""

from __future__ import annotations

import pytest

from bot.texts import chat as texts
from bot.texts import matters
from domain.conversations import FileReport, MessageKind
from tests.bot.talking import Resident

STOPPED = ("我要反映纠纷", "隔壁装修从早吵到晚", "取消")
NEW = "包工头欠我三个月工钱八万元不给"
REST = ("枫桥路8号", "跳过", "跳过", "跳过", "1", "跳过", "确认")


@pytest.mark.parametrize("tapped", ["1", "2"])
async def test_a_mistaken_tap_leaves_nothing_behind(tapped):
    resident = Resident()
    await resident.says_in_turn("你好", tapped)

    left = await resident.says("取消")

    assert left == texts.STOPPED
    assert resident.talk.answers == {}
    assert await resident.says("1") == texts.WHAT_HAPPENED


async def test_a_daily_life_matter_left_at_once_leaves_nothing_beside_the_report():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", "隔壁装修从早吵到晚", "民生事项")

    left = await resident.says("取消")

    assert left == f"{texts.LEFT_BESIDE}\n\n{texts.WHERE_WAS_IT}"
    assert await resident.says("民生事项") == matters.WHAT


async def test_a_new_story_is_told_first_and_the_stopped_one_comes_back():
    resident = Resident()
    await resident.says_in_turn(*STOPPED)

    asked = await resident.says(NEW)
    await resident.says("1")
    filed = await resident.says_in_turn(
        "兴旺建筑队", "三月起八万", "枫桥路8号", "跳过", "1", "跳过"
    )
    filed = await resident.says("确认")
    again = await resident.says("继续")

    assert asked == texts.UNFINISHED
    assert resident.intent(FileReport).report.story.startswith(NEW)
    assert filed.endswith(texts.STILL_UNFINISHED)
    assert again.endswith(texts.WHERE_WAS_IT)
    assert resident.talk.answers["story"] == "隔壁装修从早吵到晚"


async def test_words_that_belong_to_the_stopped_report_are_added_to_it():
    resident = Resident()
    await resident.says_in_turn(*STOPPED, "昨天晚上又吵到两点多钟", "2")

    await resident.says_in_turn("枫桥路8号", "跳过", "1", "跳过", "确认")

    story = resident.intent(FileReport).report.story
    assert story == "隔壁装修从早吵到晚\n昨天晚上又吵到两点多钟"


async def test_a_new_one_given_up_brings_the_stopped_one_back():
    resident = Resident()
    await resident.says_in_turn(*STOPPED, NEW, "1", "取消", "取消")

    dropped = await resident.says("1")

    assert dropped.startswith(texts.DROPPED)
    assert (await resident.says("继续")).endswith(texts.WHERE_WAS_IT)
    assert resident.talk.answers["story"] == "隔壁装修从早吵到晚"


async def test_a_third_one_waits_until_one_of_two_is_told():
    resident = Resident()
    await resident.says_in_turn(*STOPPED, NEW, "1", "取消", "树枝伸到我家院子里来了")

    told = await resident.says("1")

    assert told.startswith(texts.TOO_MANY_UNFINISHED)
    assert told.endswith(texts.ask_a_human(resident.known()))


@pytest.mark.parametrize(
    ("helps", "truth", "page"),
    [(True, texts.HELPED_AT_DESK, "/desk"), (False, texts.NO_CASES, "/m/me/phone")],
)
@pytest.mark.parametrize("before", [(), ("你们好呀在不在",)])
async def test_whoever_asks_for_their_cases_hears_the_truth_before_what_was_stopped(
    helps, truth, page, before
):
    resident = Resident(helps=helps)
    await resident.says_in_turn(*STOPPED, *before)

    told = await resident.answered(kind=MessageKind.TEXT, text="我的案件")
    again = await resident.says("继续")

    assert told.reply.text == f"{truth}\n\n{texts.STILL_UNFINISHED}"
    assert [one.url for one in told.reply.links] == [f"https://mediate.example{page}"]
    assert again.endswith(texts.WHERE_WAS_IT)


async def test_whoever_answers_neither_twice_is_told_how_to_reach_a_human():
    resident = Resident()
    await resident.says_in_turn(*STOPPED)

    first, second = await resident.says("嗯嗯"), await resident.says("什么意思呀")
    await resident.says("2")
    await resident.says("取消")
    later = await resident.says("嗯嗯")

    assert first == later == texts.UNFINISHED
    assert second.startswith(texts.UNFINISHED)
    assert "“人工”" in second
    assert "0575-12345678" in second
