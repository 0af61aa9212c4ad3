"""The menu of what can be done here, answered by a number."""

from __future__ import annotations

from bot.routing import DialogueState, Turn
from bot.texts import chat as texts
from domain.conversations import Link, Reply


class Offered(DialogueState):
    """What we last offered."""

    MENU = "help:menu"


def offering(turn: Turn, words: str, *links: Link) -> Reply:
    """Say something with the menu; within a report its numbers would be answers to the question."""
    if turn.tells:
        if not turn.tells_beside:
            turn.step_out()
        return turn.aside(texts.HELP_WITHIN, *links)
    turn.ask_beside(Offered.MENU)
    return Reply(text=words, links=links)
