"""A person asks how their cases and daily-life matters stand."""

from __future__ import annotations

from collections.abc import Iterator

from bot import daily
from bot.choosing import with_chosen, with_one
from bot.routing import DialogueState, Router, Turn, click, during, text
from bot.texts import chat as texts
from bot.unfinished import unfinished
from domain.conversations import CaseLine, Link, MatterLine, Reply


class Asked(DialogueState):
    """What we last asked about the cases."""

    WHICH = "cases:which"


def _which(turn: Turn) -> str:
    return texts.which_case(_all(turn))


router = Router("cases", questions={Asked.WHICH: _which})


@router.on(text(*texts.MY_CASES))
@router.on(click("MY_CASES"))
async def tell(turn: Turn) -> Reply:
    """Tell the only case or matter, or list them to choose from."""
    if not _all(turn):
        if turn.paused and not turn.tells_beside:
            return unfinished(turn)
        if turn.tells:
            return turn.aside(texts.NOT_FILED_YET)
        if turn.known.helps:
            desk = Link(title=texts.DESK_LINK, url=f"{turn.known.pages_url}/desk")
            return turn.aside(texts.HELPED_AT_DESK, desk)
        url = f"{turn.known.pages_url}/m/me/phone"
        return turn.aside(texts.NO_CASES, Link(title=texts.BY_NUMBER_LINK, url=url))
    return with_one(turn, _all(turn), Asked.WHICH, _tell)


@router.on(text(), during(Asked.WHICH))
async def tell_chosen(turn: Turn) -> Reply:
    """Tell the case that was chosen by its number."""
    return with_chosen(turn, _all(turn), _tell)


def _all(turn: Turn) -> list[CaseLine | MatterLine]:
    return [*turn.known.cases, *turn.known.matters]


def _tell(turn: Turn, case: CaseLine | MatterLine) -> Reply:
    if isinstance(case, MatterLine):
        return daily.tell(turn, case)
    return turn.done(texts.case_lines(case), *_links(case))


def _links(case: CaseLine) -> Iterator[Link]:
    if case.open_url:
        yield Link(title=texts.OPEN_PAGES.get(case.page, texts.OPEN_LINK), url=case.open_url)
    yield Link(title=texts.CASE_LINK, url=case.code_url)
