"""The conversations of docs/bot.md are what the bot says, word by word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.saying import as_text
from domain.conversations import CaseLine, MessageKind
from domain.ids import CaseId
from tests.bot.talking import NOON, Resident

PAGE = (Path(__file__).parents[2] / "docs" / "bot.md").read_text()
NUMBER = "〔2026〕枫综字第0007号"
LEAK = CaseLine(
    case_id=CaseId("c1"),
    number="〔2026〕枫综字第0001号",
    state="调解中",
    next_step="按约定时间参加调解",
    due=None,
    code_url="https://mediate.example/c/leak",
    meeting_at=NOON + timedelta(minutes=20),
    room_url="https://mediate.example/room/leak",
    who="李明",
)
DEBT = replace(
    LEAK,
    case_id=CaseId("c2"),
    number="〔2026〕枫综字第0002号",
    state="已履行完毕",
    next_step="调解员会回访，请给服务打分",
    code_url="https://mediate.example/c/debt",
    meeting_at=None,
    page="rate",
    open_url="https://mediate.example/rate/debt",
)
PEOPLE = {"wages": (), "grandmother": (LEAK, DEBT)}


def conversation(name: str) -> list[tuple[str, str]]:
    """What somebody writes, and what the page says they are told."""
    found = re.search(rf"```talk {name}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    turns = re.split(r"^居民：", found.group(1), flags=re.MULTILINE)[1:]
    pairs = (turn.split("\n中心：", 1) for turn in turns)
    return [(said.strip(), told.strip().replace("\n      ", "\n")) for said, told in pairs]


async def told(resident: Resident, said: str) -> str:
    answer = await resident.answered(kind=MessageKind.TEXT, text=said)
    words = re.sub(r"/m/said/\w+", "/m/said/…", as_text(answer.reply))
    words = words.replace("{case_number}", NUMBER)
    return words.replace("{case_code}", "https://mediate.example/c/wages")


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_page_tells_what_the_bot_tells(name):
    resident = Resident(cases=PEOPLE[name])
    written = conversation(name)

    heard = [(said, await told(resident, said)) for said, _ in written]

    assert heard == written
    assert len(written) > 5
