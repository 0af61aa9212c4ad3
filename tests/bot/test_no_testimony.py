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

    assert told == f"{texts.LEFT_EMPTY}\n\n{texts.IN_DANGER}"
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


@pytest.mark.parametrize("words", ["1", "好了", STORY, "什么时候有人来看"])
async def test_what_is_no_place_twice_is_not_in_the_file(words):
    resident = Resident()

    told = await resident.says_in_turn(*TO_WHERE, words, words)
    summary = await resident.says_in_turn("王大哥", "1", "跳过")
    await resident.says("确认")

    assert told == f"{texts.LEFT_EMPTY}\n\n{texts.WHO_WITH_YOU}"
    assert "地点：没有说明" in summary
    assert resident.intent(FileReport).report.spot.words == "没有说明"


@pytest.mark.parametrize("words", ["什么时候有人来看", "啥时候来处理", "7"])
async def test_a_question_asked_twice_is_nobody_s_name(words):
    resident = Resident()

    await resident.says_in_turn(*TO_WHO, words, words, "1", "跳过", "确认")

    assert resident.intent(FileReport).report.others == ""


async def test_an_address_or_number_in_a_question_is_an_answer():
    resident = Resident()

    await resident.says_in_turn(*TO_WHERE, "枫桥路18号，你们知道吗？", "王大哥13800001111可以吗？")

    assert resident.talk.answers["place"].startswith("枫桥路18号")
    assert resident.talk.answers["others"].startswith("王大哥")


async def test_a_correction_that_is_no_answer_changes_nothing():
    resident = Resident()
    await resident.says_in_turn(*TO_WHO, "王大哥", "1", "跳过")

    told = await resident.says_in_turn("2", "2", "好了", "好了")

    assert told.startswith(texts.LEFT_AS_IT_WAS)
    assert resident.talk.answers["place"] == "枫桥路18号"


NEIGHBOURS = ("我要反映纠纷", "邻居总是欺负我家，说了也不听", "枫桥路18号")


@pytest.mark.parametrize("words", ["1", "好了", NEIGHBOURS[1]])
async def test_a_number_or_command_is_no_cause(words):
    resident = Resident()
    asked = await resident.says_in_turn(*NEIGHBOURS)

    again = await resident.says(words)
    gone_on = await resident.says(words)

    assert asked.startswith("是什么事惹起来的？")
    assert again == f"{texts.NO_ANSWER}\n\n{asked}"
    assert gone_on.startswith(texts.LEFT_EMPTY)
    assert resident.talk.answers["more"] == ""


async def test_a_bare_number_answers_how_much_and_a_bare_yes_answers_whether():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", "他借了我的钱不还，合同也不认", "枫桥路18号")

    await resident.says_in_turn("是的", "5000")

    assert resident.talk.answers["more"] == "是的"
    assert resident.talk.answers["and_more"] == "5000"


async def test_the_story_again_beside_the_pictures_is_not_kept_twice():
    resident = Resident()
    await resident.says_in_turn(*TO_WHO, "王大哥", "1", STORY, "好了", "确认")

    assert resident.intent(FileReport).report.story == STORY
