"""A person wants to talk to somebody of the centre."""

from __future__ import annotations

from bot.routing import Router, Turn, click, text
from bot.texts import chat as texts
from domain.conversations import AskHuman, Reply

router = Router("human")


@router.on(text(*texts.HUMAN))
@router.on(click("HUMAN"))
async def hand_over(turn: Turn) -> Reply:
    """Tell the centre, and tell the person whom they can call."""
    turn.wants(AskHuman(text=turn.answers.get("story", turn.message.text)))
    return turn.aside(texts.human(turn.known))
