"""docs/matters.md cannot lie about the questions of the chat, nor about what it answers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bot.answering import ROUTER
from bot.saying import as_text
from domain.conversations import MatterLine, MessageKind, RateMatter, TellMatter
from domain.ids import MatterId
from tests.bot.talking import Resident

PAGE = (Path(__file__).parents[2] / "docs" / "matters.md").read_text()
FACTS = {
    "{matter_number}": "枫民2026第12号",
    "{matter_by}": "11月27日（周五）",
    "{matter_reopens}": "7",
    "{matter_page}": "https://mediate.example/m/matters/m1",
}
ANSWERED = MatterLine(
    matter_id=MatterId("m1"),
    number="枫民2026第12号",
    state="已答复",
    next_step="请看答复，说一声满不满意",
    due=None,
    answer="三盏灯都换好了，今晚会亮。",
    reason="",
    url="https://mediate.example/m/matters/m1",
    to_rate=True,
    reopened=False,
    over=False,
)
IN_HAND = replace(ANSWERED, state="正在办", answer="", to_rate=False)
RATED = replace(ANSWERED, state="已办结", to_rate=False, over=True, reopens=True)


def test_every_question_about_a_matter_is_described():
    described = re.findall(r"^\| `(matter:[a-z]+)` \|", PAGE, re.MULTILINE)

    assert set(described) == {one for one in ROUTER.questions if one.startswith("matter:")}
    assert len(described) == len(set(described))


async def test_the_page_tells_what_the_bot_tells():
    resident = Resident(matters=(IN_HAND,))
    written = conversation()

    heard = [(said, await told(resident, said)) for said, _ in written]

    assert heard == written
    assert len(written) > 5


def conversation() -> list[tuple[str, str]]:
    """What somebody writes, and what the page says they are told."""
    found = re.search(r"```talk lamp\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    turns = re.split(r"^居民：", found.group(1), flags=re.MULTILINE)[1:]
    pairs = (turn.split("\n中心：", 1) for turn in turns)
    return [(said.strip(), told.strip().replace("\n      ", "\n")) for said, told in pairs]


async def told(resident: Resident, said: str) -> str:
    if said == "我的案件":
        resident.matters = (ANSWERED,)
    answer = await resident.answered(kind=MessageKind.TEXT, text=said)
    words = as_text(answer.reply)
    for rated in (one for one in answer.intents if isinstance(one, RateMatter)):
        words = words.replace("{matter_rated}", rated.said)
        resident.matters = (RATED,)
    for more in (one for one in answer.intents if isinstance(one, TellMatter)):
        words = words.replace("{matter_told}", more.said)
    for name, fact in FACTS.items():
        words = words.replace(name, fact)
    return words
