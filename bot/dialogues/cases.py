"""A person asks how their cases stand."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.routing import Router, Turn, click, text
from bot.texts import chat as texts
from domain.conversations import CaseLine, Link, Reply

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")  # legal days of the whole country are days of this zone

router = Router("cases")


@router.on(text(*texts.MY_CASES))
@router.on(click("MY_CASES"))
async def tell(turn: Turn) -> Reply:
    """Tell state, next step and link of each case."""
    if not turn.known.cases:
        if turn.paused:
            return Reply(text=texts.UNFINISHED)
        return turn.aside(texts.NOT_FILED_YET if turn.state else texts.NO_CASES)
    shown = turn.known.cases[: texts.SHOWN_CASES]
    words = [texts.case_lines(case, LEGAL_ZONE) for case in shown]
    if len(turn.known.cases) > len(shown):
        words.append(texts.MORE_CASES)
    return turn.aside("\n\n".join(words), *(link for case in shown for link in _links(case)))


def _links(case: CaseLine) -> Iterator[Link]:
    if case.open_url:
        yield Link(title=texts.open_link(case), url=case.open_url)
    yield Link(title=texts.case_link(case), url=case.code_url)
