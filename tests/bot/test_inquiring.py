"""Who asks after their matter is answered, not asked for a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.texts import chat
from domain.conversations import AskMediator, CaseLine
from domain.ids import CaseId
from tests.bot.talking import NOON, Resident

OPEN = CaseLine(
    case_id=CaseId("c1"),
    number="〔2026〕枫综字第0001号",
    state="已接单",
    next_step="调解员约时间",
    due=datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
    code_url="https://mediate.example/c/abc",
    who="李明",
)
MEETS = replace(OPEN, meeting_at=NOON + timedelta(days=2), room_url="https://mediate.example/r")


@pytest.mark.parametrize(
    "asked",
    [
        "我的事怎么样了",
        "我反映的事情现在怎么样了？",
        "请问我上次报的那个案子办得怎么样了",
        "你好，我的纠纷处理好了吗",
        "有消息了吗",
        "到哪一步了",
        "楼上漏水的事有结果了吗",
        "怎么还没有答复呢",
        "我的事什么时候能解决",
    ],
)
async def test_whoever_asks_how_it_stands_hears_the_next_step(asked):
    told = await Resident(cases=(OPEN,)).says(asked)

    assert told.startswith(OPEN.number)
    assert "下一步：调解员约时间" in told


@pytest.mark.parametrize(
    "asked", ["什么时候开会", "请问我们几点调解？", "调解在哪里", "哪天见面", "开会是什么时候呀"]
)
async def test_whoever_asks_when_they_meet_hears_when(asked):
    meets = await Resident(cases=(MEETS,)).says(asked)
    nothing_fixed = await Resident(cases=(OPEN,)).says(asked)

    assert "11月24日12:00视频调解" in meets
    assert "调解员约时间" in nothing_fixed


@pytest.mark.parametrize(
    "asked", ["调解的时候要带身份证吗", "签字可不可以让我儿子代签", "对方会来吗？"]
)
async def test_any_other_question_about_the_mediation_goes_to_the_mediator(asked):
    resident = Resident(cases=(OPEN,))

    told = await resident.says(asked)

    assert resident.intent(AskMediator).text == asked
    assert "已经转给调解员李明" in told


async def test_whoever_has_no_case_hears_so_and_is_offered_no_report():
    told = await Resident().says("我反映的事情怎么样了")

    assert told == chat.NO_CASES


@pytest.mark.parametrize(
    "told",
    [
        "楼上漏水三个月了，物业说什么时候来修也不给答复",
        "隔壁老王把路堵了，我想请你们来调解",
        "老板欠我三个月工资，什么时候给也没个准话",
        "我和弟弟为老房子的事闹了半年，怎么说都说不通",
        "村里分的地被人占了，调解过一次没有用，他又来占了",
    ],
)
@pytest.mark.parametrize("cases", [(), (OPEN,)])
async def test_a_story_is_still_offered_as_a_report(told, cases):
    resident = Resident(cases=cases)

    assert "您是想反映这件事吗" in await resident.says(told)
    assert not any(isinstance(one, AskMediator) for one in resident.intents)


async def test_within_a_report_the_words_are_its_answer():
    resident = Resident(cases=(OPEN,))

    await resident.says_in_turn("我要反映纠纷", "楼上漏水的事怎么样了也没人管")

    assert resident.talk.answers["story"] == "楼上漏水的事怎么样了也没人管"
