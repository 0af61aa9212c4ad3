"""A daily-life matter that is told while a report is open or stopped is never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import chat, matters
from domain.conversations import (
    AskHuman,
    EndHuman,
    FileMatter,
    FileReport,
    MessageKind,
    RaiseAlarm,
    RateMatter,
    TellMatter,
    TellPlace,
)
from domain.ids import MatterId
from domain.matters import Grade
from tests.bot.talking import Resident
from tests.bot.test_matters_document import ANSWERED, IN_HAND, RATED

LEAK = "楼上天天漏水没人管"
LAMP = "门口的路灯坏了半个月"
PLACE = "枫溪路18号"
DANGER = "着火了，有人困在里面"


@pytest.fixture
async def stopped() -> Resident:
    """Somebody who stopped a report and was telling of a lamp since; where, is open."""
    resident = Resident()
    asked = await resident.says_in_turn("我要反映纠纷", LEAK, "取消", "民生事项", LAMP)
    assert asked == matters.WHERE
    return resident


@pytest.fixture
async def within() -> Resident:
    """Somebody who was telling of a lamp while a question of a report is open."""
    resident = Resident()
    asked = await resident.says_in_turn("我要反映纠纷", LEAK, "民生事项", LAMP)
    assert asked == matters.WHERE
    return resident


async def handed_in(resident: Resident) -> str:
    """What the matter says once it is handed in."""
    await resident.says_in_turn("跳过", "确认")
    return resident.intent(FileMatter).report.told


@pytest.mark.parametrize("between", ["帮助", "谢谢", "我的案件", "大字"])
async def test_what_comes_between_leads_back_to_it(stopped, between):
    told = await stopped.says(between)

    assert told.endswith(matters.WHERE)
    await stopped.says(PLACE)
    assert await handed_in(stopped) == LAMP


async def test_whoever_asks_for_a_human_goes_on_with_it_afterwards(stopped):
    await stopped.says("人工")
    back = await stopped.says("取消")
    await stopped.says(PLACE)

    assert stopped.intent(AskHuman)
    assert stopped.intent(EndHuman)
    assert back.endswith(matters.WHERE)
    assert await handed_in(stopped) == LAMP


@pytest.mark.parametrize("between", ["取消", "人工"])
async def test_after_a_day_it_goes_on_and_so_does_the_report(stopped, between):
    await stopped.says(between)
    stopped.waits(hours=25)
    if between == "人工":
        stopped.intents.clear()
    which = await stopped.says("继续")
    again = await stopped.says("1")
    await stopped.says(PLACE)
    told = await handed_in(stopped)
    report = await stopped.says("继续")

    assert which == chat.WHICH_GOES_ON
    assert again.endswith(matters.WHERE)
    assert told == LAMP
    assert report.endswith(chat.WHERE_WAS_IT)


async def test_a_pause_of_a_day_keeps_it(stopped):
    stopped.waits(hours=25)
    reminded = await stopped.says("你好呀在不在")
    await stopped.says_in_turn("民生事项", PLACE)

    assert reminded == chat.UNFINISHED
    assert await handed_in(stopped) == LAMP


async def test_it_outlives_the_report_it_was_told_beside(within):
    left = await within.says("取消")
    await within.says_in_turn(PLACE, "楼上的王大哥", "1", "跳过", "确认")
    again = await within.says("继续")
    await within.says("枫溪路9号")

    assert left.startswith(chat.PAUSED)
    assert within.intent(FileReport).report.spot.words == PLACE
    assert again.endswith(matters.WHERE)
    assert await handed_in(within) == LAMP
    assert await within.says("取消") == chat.NOTHING_OPEN


async def test_of_two_stopped_things_each_can_be_dropped(stopped):
    await stopped.says_in_turn("取消", "取消")
    first = await stopped.says("1")
    await stopped.says("取消")
    both = await stopped.says("1")

    assert first == chat.DROPPED_FIRST
    assert both == chat.DROPPED
    assert stopped.talk.answers == {}


async def test_the_report_can_be_chosen_too(stopped):
    await stopped.says_in_turn("取消", "继续")
    report = await stopped.says("2")
    matter = await stopped.says("民生事项")

    assert report.endswith(chat.WHERE_WAS_IT)
    assert matter.endswith(matters.WHERE)


async def test_starting_over_forgets_what_was_told_of_it(within):
    again = await within.says("重新开始")
    await within.says_in_turn("井盖松了，一踩就响", PLACE)

    assert again == matters.WHAT
    assert await handed_in(within) == "井盖松了，一踩就响"


@pytest.mark.parametrize("after", [(), ("帮助",), ("人工", "取消")])
async def test_words_of_danger_go_to_the_alarm_alone(stopped, after):
    await stopped.says_in_turn(*after)
    await stopped.says_in_turn(DANGER, "继续", "1", PLACE)

    alarm = stopped.intent(RaiseAlarm)
    assert alarm.story == f"{LAMP}\n{DANGER}"
    assert stopped.intent(TellPlace).spot.words == PLACE
    assert await handed_in(stopped) == LAMP


async def test_danger_while_a_human_is_awaited_names_it_to_the_alarm(stopped):
    await stopped.says("人工")
    await stopped.says(DANGER)

    assert stopped.intent(RaiseAlarm).story == f"{LAMP}\n{DANGER}"


async def test_a_voice_that_waits_for_a_yes_does_not_lose_it(stopped):
    stopped.listens = True
    await stopped.sends(kind=MessageKind.VOICE, media_id="wx-voice")
    await stopped.sends(kind=MessageKind.HEARD, media_id="id1", text="枫溪路")
    stopped.waits(hours=25)
    await stopped.says_in_turn("民生事项", PLACE)

    assert await handed_in(stopped) == LAMP


REPORT = ("我要反映纠纷", LEAK)
MATTER = ("民生事项", LAMP)


@pytest.mark.parametrize("line", [ANSWERED, RATED])
@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (("民生事项",), matters.WHAT),
        (MATTER, matters.WHERE),
        ((*MATTER, PLACE), matters.PICTURES),
        ((*REPORT, "民生事项"), matters.WHAT),
        ((*REPORT, *MATTER), matters.WHERE),
        ((*REPORT, "取消", *MATTER), matters.WHERE),
        (("我要反映纠纷",), chat.WHAT_HAPPENED),
        (REPORT, chat.WHERE_WAS_IT),
        ((*REPORT, PLACE), chat.WHO_WITH_YOU),
    ],
)
async def test_a_bad_grade_is_no_answer_of_what_is_told_meanwhile(line, before, asked):
    resident = Resident(matters=(line,))
    await resident.says_in_turn(*before)
    told = dict(resident.talk.answers)

    wrong = await resident.says("不满意")
    resident.matters = (replace(IN_HAND, reopened=True),)
    back = await resident.says("灯只亮了一晚上又灭了")

    assert resident.intent(RateMatter).grade is Grade.UNSATISFIED
    assert wrong == "{matter_rated}"
    assert resident.intent(TellMatter).words == "灯只亮了一晚上又灭了"
    assert back == f"{{matter_told}}\n\n{asked}"
    assert resident.talk.answers == told


@pytest.mark.parametrize("said", ["满意", "基本满意"])
@pytest.mark.parametrize("before", [MATTER, (*REPORT, *MATTER), (*REPORT, "取消", *MATTER)])
async def test_a_good_grade_is_kept_and_the_question_asked_again(said, before):
    resident = Resident(matters=(ANSWERED,))
    await resident.says_in_turn(*before)

    rated = await resident.says(said)
    resident.matters = (RATED,)
    again = await resident.says(said)
    await resident.says(PLACE)

    assert resident.intent(RateMatter).grade is matters.GRADES[said]
    assert rated == f"{{matter_rated}}\n\n{matters.WHERE}"
    assert again == f"{matters.RATED_ALREADY}\n\n{matters.WHERE}"
    assert await handed_in(resident) == LAMP


async def test_of_two_answers_it_is_asked_which_and_the_question_comes_back():
    other = replace(ANSWERED, matter_id=MatterId("m2"), number="枫民2026第13号")
    resident = Resident(matters=(other, ANSWERED))
    await resident.says_in_turn(*MATTER)

    which = await resident.says("不满意")
    await resident.says("2")
    back = await resident.says("跳过")

    assert "2 枫民2026第12号" in which
    assert resident.intent(RateMatter).matter_id == ANSWERED.matter_id
    assert back.endswith(matters.WHERE)


async def test_without_an_answer_a_word_is_a_word():
    resident = Resident()

    assert (
        await resident.says_in_turn("民生事项", "不满意")
        == f"{matters.MORE_PLEASE}\n\n{matters.WHAT}"
    )


@pytest.mark.parametrize("line", [ANSWERED, RATED])
@pytest.mark.parametrize("said", ["还是不亮", "没修好", "灯又坏了"])
@pytest.mark.parametrize(
    ("before", "afterwards"), [((), ""), (REPORT, "report:where"), ((*REPORT, "取消"), "")]
)
async def test_not_done_begins_no_new_matter_unasked(line, said, before, afterwards):
    resident = Resident(matters=(line,))
    await resident.says_in_turn(*before, "民生事项")

    which = await resident.says(said)
    asked = await resident.says("1")
    await resident.says("3")

    assert which == matters.which_is_meant(line.number)
    assert asked.startswith(matters.HELD)
    assert resident.intent(RateMatter).grade is Grade.UNSATISFIED
    assert resident.intent(TellMatter).words == said
    assert resident.talk.state == afterwards
    assert resident.talk.answers.get("story", "") == (LEAK if before else "")


@pytest.mark.parametrize("before", [(), REPORT, (*REPORT, "取消")])
async def test_not_done_may_be_a_new_matter_all_the_same(before):
    resident = Resident(matters=(ANSWERED,))
    await resident.says_in_turn(*before, "民生事项", "三楼的灯又不亮了")

    kept = await resident.says("一踩就响")
    asked = await resident.says("2")
    await resident.says(PLACE)

    assert kept.startswith(matters.ALSO_KEPT)
    assert asked == matters.WHERE
    assert await handed_in(resident) == "三楼的灯又不亮了\n一踩就响"


async def test_two_words_are_too_few_for_a_new_matter():
    resident = Resident(matters=(ANSWERED,))

    asked = await resident.says_in_turn("民生事项", "没修", "2")
    await resident.says_in_turn("井盖松了，一踩就响", PLACE)

    assert asked == f"{matters.MORE_PLEASE}\n\n{matters.WHAT}"
    assert await handed_in(resident) == "井盖松了，一踩就响"


async def test_a_new_matter_told_in_whole_is_not_asked_about():
    resident = Resident(matters=(ANSWERED,))

    assert await resident.says_in_turn("民生事项", "门口的路灯半个月不亮了") == matters.WHERE


@pytest.mark.parametrize("before", [(), (*REPORT, "取消")])
async def test_a_bare_number_after_an_answer_is_asked_about(before):
    resident = Resident(matters=(ANSWERED,))
    await resident.says_in_turn(*before)

    asked = await resident.says("2")
    await resident.says("3")

    assert asked == matters.how_good(ANSWERED)
    assert resident.intent(RateMatter).grade is Grade.UNSATISFIED
