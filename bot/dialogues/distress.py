"""After words of mortal danger outside of any dialogue, what the person writes is for a human."""

from __future__ import annotations

from bot.passing_on import ForHuman, pass_on
from bot.routing import Router, Turn, during, kind, text
from bot.texts import chat as texts
from domain.conversations import AskHuman, MessageKind, Reply

last = Router("distress")
TOLD = (
    MessageKind.TEXT,
    MessageKind.IMAGE,
    MessageKind.VOICE,
    MessageKind.LOCATION,
)
last.questions[ForHuman.DISTRESS] = texts.SAY_IT_HERE


def _says_danger(turn: Turn) -> bool:
    return turn.alarmed and not turn.telling


@last.on(text(), _says_danger)
async def open_talk(turn: Turn) -> Reply:
    """Ask a human to come, and keep the talk open for them."""
    _call(turn)
    return turn.ask_beside(ForHuman.DISTRESS)


@last.on(kind(*TOLD), during(ForHuman.DISTRESS))
async def listen(turn: Turn) -> Reply:
    """Put what the person says before the human, and say that somebody reads it."""
    _call(turn)
    return Reply(text=texts.somebody_reads(turn.known))


def _call(turn: Turn) -> None:
    """Call somebody (asked again, it is the same call) and show them what was said."""
    turn.wants(AskHuman())
    pass_on(turn)
