"""My cases, the meeting, the paper, the rating and the menu: each said and answered by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.guidance import Asked
from bot.texts import chat, deeds
from domain.conversations import AskHuman, CaseLine, Link, MessageKind, RaiseAlarm, RateCase
from domain.danger import alarms
from domain.ids import CaseId
from tests.bot.talking import NOON, Resident

LEAK = CaseLine(
    case_id=CaseId("c1"),
    number="〔2026〕枫综字第0001号",
    state="调解中",
    next_step="按约定时间参加调解",
    due=None,
    code_url="https://mediate.example/c/abc",
    who="李明",
)
DEBT = replace(
    LEAK,
    case_id=CaseId("c2"),
    number="〔2026〕枫综字第0002号",
    code_url="https://mediate.example/c/x",
)
DONE = replace(LEAK, state="已履行完毕", page="rate", open_url="https://mediate.example/rate/r")


def meeting(case: CaseLine, **ahead: float) -> CaseLine:
    """The case with a meeting so far ahead."""
    return replace(
        case,
        meeting_at=NOON + timedelta(**ahead),
        room_url=f"https://mediate.example/room/{case.case_id}",
    )


async def test_the_only_case_is_told_at_once_with_who_has_it_in_hand():
    told = await Resident(cases=(LEAK,)).says("我的案件")

    assert told.splitlines() == [
        LEAK.number,
        "现在：调解中",
        "下一步：按约定时间参加调解",
        "经办人：调解员李明",
    ]


@pytest.mark.parametrize("number", ["2", "２", "二", "第2个"])
async def test_one_of_several_cases_is_chosen_by_its_number(number):
    resident = Resident(cases=(LEAK, DEBT))

    listed = await resident.says("我的案件")
    answer = await resident.answered(kind=MessageKind.TEXT, text=number)

    assert f"2 {DEBT.number} 调解中" in listed
    assert answer.reply.text.startswith(DEBT.number)
    assert answer.reply.links == (Link(title=chat.CASE_LINK, url=DEBT.code_url),)
    assert resident.talk.state == ""


async def test_a_wrong_number_is_asked_again_and_cancelled_kindly():
    resident = Resident(cases=(LEAK, DEBT))

    again = await resident.says_in_turn("我的案件", "7")
    left = await resident.says("取消")

    assert again.startswith(chat.NUMBER_OF_LIST)
    assert left == chat.LEFT_BESIDE
    assert resident.talk.state == ""


async def test_looking_at_cases_within_a_report_comes_back_to_its_question():
    resident = Resident(cases=(LEAK, DEBT))
    await resident.says_in_turn("我要反映纠纷", "楼上天天漏水没人管")

    told = await resident.says_in_turn("我的案件", "1")

    assert told.startswith(LEAK.number)
    assert told.endswith(chat.WHERE_WAS_IT)
    assert resident.talk.state == Asked.WHERE


async def test_a_number_beside_a_stopped_report_leaves_it_to_be_continued():
    resident = Resident(cases=(LEAK, DEBT))
    await resident.says_in_turn("我要反映纠纷", "楼上天天漏水没人管", "取消")

    await resident.says_in_turn("我的案件", "1")

    assert (await resident.says("继续")).endswith(chat.WHERE_WAS_IT)


async def test_what_was_asked_beside_is_forgotten_after_a_day():
    resident = Resident(cases=(LEAK, DEBT))
    await resident.says("我的案件")

    resident.waits(days=2)

    assert await resident.says("1") == chat.NOT_UNDERSTOOD


async def test_danger_while_a_case_is_chosen_raises_the_alarm():
    resident = Resident(cases=(LEAK, DEBT))

    told = await resident.says_in_turn("我的案件", "他拿着刀说要杀了我")

    assert told.startswith("您说的情况很要紧")
    assert alarms(resident.intent(RaiseAlarm).text)[0].kind in {"violence", "threat"}
    assert resident.talk.state == "distress:talk"


async def test_the_room_is_opened_half_an_hour_before_and_told_of_earlier():
    early = await Resident(cases=(meeting(LEAK, days=2),)).answered(
        kind=MessageKind.TEXT, text="进入调解室"
    )
    due = await Resident(cases=(meeting(LEAK, minutes=20),)).answered(
        kind=MessageKind.TEXT, text="进入调解室"
    )

    assert "11月24日12:00视频调解" in early.reply.text
    assert early.reply.links == ()
    assert due.reply.links == (Link(title=deeds.ENTER, url="https://mediate.example/room/c1"),)


async def test_one_of_two_meetings_is_chosen_by_its_number():
    resident = Resident(cases=(meeting(LEAK, minutes=5), meeting(DEBT, days=3)))

    which = await resident.says("进入调解室")
    told = await resident.says("2")

    assert which.endswith(f"2 {DEBT.number} 11月25日12:00")
    assert told.startswith(DEBT.number)


async def test_without_a_meeting_the_next_step_is_told():
    told = await Resident(cases=(LEAK,)).says("进入调解室")

    assert told == f"{deeds.NO_MEETING}\n{LEAK.number}下一步：按约定时间参加调解"


async def test_a_paper_that_waits_is_shown_and_another_is_told_how_it_stands():
    waiting = replace(LEAK, page="sign", open_url="https://mediate.example/sign/s")
    drafted = replace(LEAK, paper="草稿，等各方确认内容")

    shown = await Resident(cases=(waiting,)).answered(kind=MessageKind.TEXT, text="签字")
    told = await Resident(cases=(drafted,)).says("看协议")
    none = await Resident(cases=(LEAK,)).says("签字")

    assert shown.reply.links == (Link(title=deeds.SIGN, url="https://mediate.example/sign/s"),)
    assert told.endswith(f"{LEAK.number}：草稿，等各方确认内容")
    assert none.startswith("现在没有要签的协议")


@pytest.mark.parametrize(
    ("said", "stars", "words"),
    [
        ("5", 5, ""),
        ("５ 谢谢李调解员", 5, "谢谢李调解员"),
        ("2分，等太久", 2, "等太久"),
        ("五星", 5, ""),
        ("很不满意！没人管", 1, "没人管"),
        ("不太满意", 2, ""),
    ],
)
async def test_the_service_is_rated_by_number_with_a_sentence_if_one_likes(said, stars, words):
    resident = Resident(cases=(DONE,))

    offered = await resident.says("评价")
    thanked = await resident.says(said)

    assert all(f"{number} " in offered for number in range(1, 6))
    rating = resident.intent(RateCase)
    assert (rating.case_id, rating.stars, rating.words) == ("c1", stars, words)
    assert thanked == deeds.thanks(stars)


@pytest.mark.parametrize("said", ["5000块还没给我", "1个月才办好", "谢谢你们"])
async def test_what_is_no_rating_is_asked_for_its_number(said):
    resident = Resident(cases=(DONE,))

    told = await resident.says_in_turn("评价", said)

    assert told.startswith(deeds.RATE_BY_NUMBER)
    assert not any(isinstance(intent, RateCase) for intent in resident.intents)


async def test_a_bare_satisfied_answers_the_follow_up():
    resident = Resident(cases=(DONE, LEAK))

    await resident.says("满意")

    assert resident.intent(RateCase).stars == 4


async def test_there_is_nothing_to_rate_before_the_end():
    assert await Resident(cases=(LEAK,)).says("评价") == deeds.NOTHING_TO_RATE


async def test_the_menu_is_answered_by_number():
    resident = Resident(cases=(LEAK,))

    menu = await resident.says("帮助")
    told = await resident.says("3")
    begun = await resident.says_in_turn("帮助", "1")

    assert menu == chat.HELP_WORDS
    assert told.startswith(LEAK.number)
    assert begun == chat.WHAT_HAPPENED


@pytest.mark.parametrize("number", range(1, len(chat.MENU_BY_NUMBER) + 1))
async def test_every_line_of_the_menu_is_understood(number):
    told = await Resident(cases=(LEAK,)).says_in_turn("菜单", str(number))

    assert chat.NOT_UNDERSTOOD not in told
    assert chat.HELP_WORDS not in told


@pytest.mark.parametrize("number", ["9" * 5000, "٢", "²"])
async def test_a_number_that_is_in_no_list_fails_nowhere(number):
    resident = Resident(cases=(LEAK, DEBT))

    menu = await resident.says_in_turn("菜单", number)
    again = await resident.says_in_turn("我的案件", number)

    assert not menu.startswith(chat.SORRY)
    assert again.startswith(chat.NUMBER_OF_LIST)


async def test_a_story_right_after_the_menu_is_taken_as_one():
    resident = Resident()

    await resident.says("你好")
    offered = await resident.says("楼上天天漏水没人管啊")

    assert offered.startswith("您是想反映这件事吗")


async def test_help_within_a_report_offers_no_numbers_that_would_be_answers():
    resident = Resident()
    await resident.says("我要反映纠纷")

    told = await resident.says("帮助")

    assert told == f"{chat.HELP_WITHIN}\n\n{chat.WHAT_HAPPENED}"


async def test_a_human_is_there_also_while_something_is_chosen():
    resident = Resident(cases=(LEAK, DEBT))

    await resident.says_in_turn("我的案件", "人工")

    assert resident.intent(AskHuman) == AskHuman()


async def test_large_print_is_one_tap_away():
    answer = await Resident().answered(kind=MessageKind.TEXT, text="字太小")

    assert answer.reply.links[0].url == "https://mediate.example/care?on=1&next=/m/"
