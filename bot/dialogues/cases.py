"""A person asks how their cases and daily-life matters stand."""

from __future__ import annotations

from collections.abc import Iterator

from bot import daily
from bot.choosing import with_chosen, with_one
from bot.routing import DialogueState, Router, Turn, click, during, text
from bot.texts import chat as texts
from bot.unfinished import Unfinished
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
        return turn.aside(texts.NOT_FILED_YET) if turn.tells else _tell_of_none(turn)
    return with_one(turn, _all(turn), Asked.WHICH, _tell)


@router.on(text(), during(Asked.WHICH))
async def tell_chosen(turn: Turn) -> Reply:
    """Tell the case that was chosen by its number."""
    return with_chosen(turn, _all(turn), _tell)


def _tell_of_none(turn: Turn) -> Reply:
    """Say that there is none, and how to go on with what was stopped."""
    if turn.state == Unfinished.WHICH:
        turn.step_out()
    go_on = f"\n\n{texts.STILL_UNFINISHED}" if turn.paused else ""
    if turn.known.helps:
        desk = Link(title=texts.DESK_LINK, url=f"{turn.known.pages_url}/desk")
        return turn.aside(f"{texts.HELPED_AT_DESK}{go_on}", desk)
    by_number = Link(title=texts.BY_NUMBER_LINK, url=f"{turn.known.pages_url}/m/me/phone")
    return turn.aside(f"{texts.NO_CASES}{go_on}", by_number)


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
