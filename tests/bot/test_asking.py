"""Asking the mediator in the chat: which case, the question, and where the answer comes."""

from __future__ import annotations

from dataclasses import replace

from bot.guidance import Asked
from bot.texts import asking, chat
from domain.conversations import AskMediator, CaseLine, MessageKind
from domain.ids import CaseId
from tests.bot.talking import Resident

LEAK = CaseLine(
    case_id=CaseId("c1"),
    number="〔2026〕枫综字第0001号",
    state="调解中",
    next_step="按约定时间参加调解",
    due=None,
    code_url="https://mediate.example/c/abc",
    who="李明",
)
DEBT = replace(LEAK, case_id=CaseId("c2"), number="〔2026〕枫综字第0002号", who="")
OVER = replace(LEAK, case_id=CaseId("c3"), over=True)


async def test_the_question_about_the_only_open_case_is_passed_on():
    resident = Resident(cases=(OVER, LEAK))

    asked = await resident.says("问调解员")
    told = await resident.says("要带什么材料")

    assert LEAK.number in asked
    assert resident.intent(AskMediator) == AskMediator(case_id=LEAK.case_id, text="要带什么材料")
    assert "调解员李明" in told


async def test_one_of_two_cases_is_chosen_first():
    resident = Resident(cases=(LEAK, DEBT))

    told = await resident.says_in_turn("问调解员 什么时候开会", "2")

    asked = resident.intent(AskMediator)
    assert (asked.case_id, asked.text) == (DEBT.case_id, "什么时候开会")
    assert "还没有调解员" in told


async def test_without_an_open_case_one_hears_whom_to_ask():
    told = await Resident(cases=(OVER,)).says("问调解员")

    assert "0575-12345678" in told


async def test_a_question_within_a_report_comes_back_to_the_report():
    resident = Resident(cases=(LEAK,))
    await resident.says_in_turn("我要反映纠纷", "楼上天天漏水没人管")

    told = await resident.says_in_turn("问调解员", "要带什么材料")

    assert told.endswith(chat.WHERE_WAS_IT)
    assert resident.talk.state == Asked.WHERE


async def test_a_voice_is_asked_for_in_words_and_a_human_is_there():
    resident = Resident(cases=(LEAK,))
    await resident.says("问调解员")

    told = await resident.sends(kind=MessageKind.VOICE, media_id="wx-voice")
    left = await resident.says("取消")

    assert told.startswith(asking.IN_WORDS)
    assert left == chat.LEFT_BESIDE
