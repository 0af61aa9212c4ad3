"""A daily-life matter (民生事项) goes to a human at the desk, who answers in the chat."""

from __future__ import annotations

from bot.passing_on import await_answer
from bot.routing import DialogueState, Router, Turn, during, text
from bot.texts import matters as texts
from domain.conversations import AskHuman, PassOn, Reply

SHORTEST = 4  #: characters that can say what and where


class Asked(DialogueState):
    """What we last asked."""

    WHAT = "matter:what"


router = Router(
    "matters",
    questions={Asked.WHAT: texts.WHAT_AND_WHERE},
    stories=frozenset({Asked.WHAT}),
)


@router.on(text(*texts.MATTER))
async def begin(turn: Turn) -> Reply:
    """Ask what it is, and where."""
    return turn.ask_beside(Asked.WHAT)


@router.on(text(), during(Asked.WHAT))
async def take(turn: Turn) -> Reply:
    """Hand it to a human; nothing is mediated, so no case is made."""
    if len(turn.message.text.strip()) < SHORTEST:
        return turn.again(texts.MORE_PLEASE)
    turn.wants(AskHuman())
    turn.wants(PassOn())
    return await_answer(turn, texts.passed_on(turn.known))
