"""Commands, bare numbers and repetitions are no answers, and never stand in the file."""

from __future__ import annotations

import pytest

from bot.texts import chat as texts
from domain.conversations import FileReport
from tests.bot.talking import Resident

STORY = "楼上王大哥家漏水，把我家天花板泡坏了"
TO_WHERE = ("我要反映纠纷", STORY)
TO_WHO = (*TO_WHERE, "枫桥路18号")


@pytest.mark.parametrize("words", ["1", "好了", "确认", STORY])
async def test_what_is_no_place_is_asked_again(words):
    resident = Resident()
    await resident.says_in_turn(*TO_WHERE)

    told = await resident.says(words)

    assert told == f"{texts.NO_ANSWER}\n\n{texts.WHERE_WAS_IT}"
    assert "place" not in resident.talk.answers


@pytest.mark.parametrize("words", ["3", "什么时候有人来看", "没有危险", "好了", STORY])
async def test_what_names_nobody_is_asked_again(words):
    resident = Resident()
    await resident.says_in_turn(*TO_WHO)

    told = await resident.says(words)

    assert told == f"{texts.NO_ANSWER}\n\n{texts.WHO_WITH_YOU}"


async def test_it_is_asked_again_only_once():
    resident = Resident()

    told = await resident.says_in_turn(*TO_WHO, "好了", "好了")

    assert told == texts.IN_DANGER
    assert resident.talk.answers["others"] == ""


@pytest.mark.parametrize("words", ["确认", "啊" * 600])
async def test_what_tells_nothing_is_no_story(words):
    resident = Resident()

    told = await resident.says_in_turn("我要反映纠纷", words)

    assert told == f"{texts.TELL_MORE}\n\n{texts.WHAT_HAPPENED}"


async def test_commands_and_numbers_beside_the_pictures_are_not_in_the_file():
    resident = Resident()
    await resident.says_in_turn(*TO_WHO, "王大哥", "1")

    await resident.says_in_turn("7", "确认", "墙上的字也是他写的", "好", "确认")

    assert resident.intent(FileReport).report.story == f"{STORY}\n墙上的字也是他写的"
