"""Everything else people talk about with the bot, and what holds for every dialogue."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import bot
from bot.answering import ROUTER
from bot.dialogues import checks, guarding, privacy
from bot.guidance import Asked
from bot.offering import Offered
from bot.saying import LONGEST_TEXT, as_text
from bot.texts import chat as texts
from domain.conversations import (
    AskHuman,
    CaseLine,
    Follow,
    Link,
    MessageKind,
    RaiseAlarm,
    Reply,
    Talk,
)
from domain.ids import CaseId
from domain.long_answers import LONG_ANSWER, name_of
from tests.bot.talking import Resident

TOKEN = "abcdefghijklmnopqrstuvwxyz"
CASE = CaseLine(
    case_id=CaseId("c1"),
    number="〔2026〕枫综字第0001号",
    state="已受理",
    next_step="综治中心会安排调解员",
    due=datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
    code_url="https://mediate.example/c/abc",
    open_url="https://mediate.example/room/xyz",
)


async def test_my_cases_tell_state_next_step_day_and_links():
    resident = Resident(cases=(CASE,))

    answer = await resident.answered(kind=MessageKind.TEXT, text="我的案件")

    assert "已受理" in answer.reply.text
    assert "（11月25日前）" in answer.reply.text
    assert [link.url for link in answer.reply.links] == [CASE.open_url, CASE.code_url]


async def test_somebody_without_a_case_is_told_how_to_report():
    assert await Resident().says("查进度") == texts.NO_CASES


async def test_what_is_being_told_is_not_denied_while_no_case_is_filed_yet():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", "楼上漏水没有人管")

    in_the_middle = await resident.says("我的案件")
    await resident.says("取消")
    afterwards = await resident.says("我的案件")

    assert in_the_middle.startswith(texts.NOT_FILED_YET)
    assert in_the_middle.endswith(texts.WHERE_WAS_IT)
    assert afterwards == f"{texts.NO_CASES}\n\n{texts.STILL_UNFINISHED}"
    assert (await resident.says("继续")).endswith(texts.WHERE_WAS_IT)


async def test_cases_are_told_in_the_middle_of_a_report_and_the_question_stays():
    resident = Resident(cases=(CASE,))
    await resident.says("我要反映纠纷")

    told = await resident.says("我的案件")

    assert told.endswith(texts.WHAT_HAPPENED)
    assert resident.talk.state == Asked.WHAT


async def test_a_human_is_asked_for_and_a_phone_number_given():
    resident = Resident()

    told = await resident.says("人工")

    assert "0575-12345678" in told
    assert resident.intent(AskHuman) == AskHuman()


async def test_a_new_follower_is_welcomed():
    resident = Resident()

    told = await resident.sends(kind=MessageKind.EVENT, event="subscribe")

    assert told == texts.WELCOME
    assert resident.intent(Follow).following


async def test_a_follower_who_scanned_a_case_code_sees_the_case_first():
    answer = await Resident().answered(
        kind=MessageKind.EVENT, event="subscribe", event_key=f"c_{TOKEN}"
    )

    assert answer.reply.text.startswith(texts.CASE_OF_CODE)
    assert answer.reply.links[0].url == f"https://mediate.example/c/{TOKEN}"


async def test_a_foreign_scene_leads_nowhere():
    answer = await Resident().answered(
        kind=MessageKind.EVENT, event="scan", event_key="c_../../desk"
    )

    assert answer.reply.links == ()


async def test_somebody_who_leaves_is_noted_and_hears_nothing():
    resident = Resident()

    told = await resident.sends(kind=MessageKind.EVENT, event="unsubscribe")

    assert told == ""
    assert not resident.intent(Follow).following


async def test_events_that_ask_for_nothing_get_no_answer_and_change_nothing():
    resident = Resident()
    await resident.says("我要反映纠纷")
    before = resident.talk

    told = await resident.sends(kind=MessageKind.EVENT, event="templatesendjobfinish")

    assert (told, resident.talk) == ("", before)


async def test_unknown_words_and_kinds_are_answered_with_what_can_be_done():
    assert await Resident().says("在不在啊") == texts.NOT_UNDERSTOOD
    assert texts.NOT_SUPPORTED in await Resident().sends(kind=MessageKind.VIDEO)


async def test_danger_outside_of_any_dialogue_comes_first():
    resident = Resident()

    told = await resident.says("孩子被打得浑身是血")

    assert told.startswith("您说的情况很要紧")
    assert resident.intent(RaiseAlarm).text == "孩子被打得浑身是血"


async def test_harmless_words_raise_no_alarm():
    resident = Resident()

    await resident.says_in_turn("我要反映纠纷", "这事笑死我了，砍价砍不下来")

    assert not any(isinstance(intent, RaiseAlarm) for intent in resident.intents)


async def test_a_state_of_an_older_version_is_forgotten_politely():
    resident = Resident(talk=Talk(state="report:gone", answers={"story": "漏水"}))

    assert await resident.says("你好") == texts.HELP_WORDS


async def test_a_fault_of_ours_is_owned_up_to_and_the_talk_stays():
    broken = Talk(state=Asked.CONFIRM)
    resident = Resident(talk=broken)

    told = await resident.says("修改吧")

    assert told.startswith(texts.SORRY)
    assert resident.talk.state == broken.state


def test_every_state_has_its_question():
    assert {*Asked, *Offered, *privacy.Asked, *checks.Asked, *guarding.Asked} <= set(
        ROUTER.questions
    )


def test_a_long_reply_is_cut_and_its_links_never():
    reply = Reply(text="枫" * 1000, links=(Link(title="查看进度", url="https://x.example/c/abc"),))

    told = as_text(reply)

    assert len(told.encode()) <= LONGEST_TEXT
    assert told.endswith("……\n\n查看进度：https://x.example/c/abc")


def test_every_sentence_lives_in_one_folder():
    folder = Path(bot.__file__).parent
    others = [path for path in folder.rglob("*.py") if path.parent.name != "texts"]

    found = {path.name: sentences for path in others if (sentences := _chinese(path))}

    assert found == {}


def _chinese(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documents
        and re.search(r"[\u4e00-\u9fff]", node.value)
    ]


async def test_a_long_answer_leads_to_where_it_can_be_listened_to():
    resident = Resident(cases=(CASE,) * 7)

    long = await resident.answered(kind=MessageKind.TEXT, text="我的案件")
    short = await Resident().answered(kind=MessageKind.TEXT, text="大字")

    assert len(long.reply.text) > LONG_ANSWER
    assert long.reply.links[-1].url.endswith(f"/care?on=1&next=/m/said/{name_of('m1')}")
    assert texts.LISTEN_LINK not in [link.title for link in short.reply.links]
