"""A question about a matter that the centre has is no new report: it gets its answer."""

from __future__ import annotations

from dataclasses import replace

from bot.guidance import Asked as Told
from bot.passing_on import ForHuman
from bot.routing import Router, Turn, text
from bot.texts import asking, chat, deeds
from bot.texts import inquiring as texts
from domain.conversations import Reply

router = Router("inquiring")


def _nothing_asked(turn: Turn) -> bool:
    busy = turn.state not in ("", Told.OFFER)
    return not (busy or turn.alarmed or asking.question_in(turn.said))


def _asks_us(turn: Turn) -> bool:
    return not turn.alarmed and turn.state not in set(ForHuman)


@router.on(text(), _asks_us, lambda turn: bool(texts.about_us(turn.said, turn.known)))
async def tell_about_us(turn: Turn) -> Reply:
    """Answer a bare question for our number, our hours or the cost; what was asked stays open."""
    return turn.aside(texts.about_us(turn.said, turn.known))


@router.on(text(), _nothing_asked, lambda turn: texts.asks_how_it_stands(turn.said))
async def how_it_stands(turn: Turn) -> None:
    """Take it as the wish to see one's cases."""
    _as_if_said(turn, chat.MY_CASES[0])


@router.on(text(), _nothing_asked, lambda turn: texts.asks_when_we_meet(turn.said))
async def when_we_meet(turn: Turn) -> None:
    """Take it as the wish to go to the meeting, which tells when it is."""
    _as_if_said(turn, deeds.ENTER_ROOM[0])


@router.on(
    text(), _nothing_asked, lambda turn: texts.asks_about_mediation(turn.message.text.strip())
)
async def ask_mediator(turn: Turn) -> None:
    """Hand any other question to the mediator, if there is a matter it can be about."""
    if any(not case.over for case in turn.known.cases):
        _as_if_said(turn, f"{asking.ASK_MEDIATOR[0]}，{turn.message.text.strip()}")


def _as_if_said(turn: Turn, words: str) -> None:
    turn.message = replace(turn.message, text=words)
