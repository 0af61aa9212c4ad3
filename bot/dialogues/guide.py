"""Help when asked for, and a friendly answer to everything nobody else understood."""

from __future__ import annotations

from bot.routing import Router, Turn, click, kind, text
from bot.texts import chat as texts
from domain.conversations import MessageKind, Reply

router = Router("help")
last = Router("last")


@router.on(text(*texts.HELP))
@router.on(click("HELP"))
async def explain(turn: Turn) -> Reply:
    """Say what can be done here."""
    return turn.aside(texts.HELP_WORDS)


@last.on(kind(MessageKind.EVENT))
async def pass_over(_turn: Turn) -> Reply:
    """Events that ask for no answer: delivery reports, opened menus, positions."""
    return Reply(text="")


@last.on(kind(MessageKind.IMAGE, MessageKind.VOICE))
async def before_words(turn: Turn) -> Reply:
    """Ask for the story first."""
    return Reply(text=texts.UNFINISHED if turn.paused else texts.PICTURE_BEFORE_WORDS)


@last.on(text())
async def offer(turn: Turn) -> Reply:
    """Say what can be done here, or remind of what was left unfinished."""
    if turn.alarmed:
        return Reply(text=texts.SAY_IT_HERE)
    return Reply(text=texts.UNFINISHED if turn.paused else texts.WELCOME)


@last.on()
async def cannot_read(_turn: Turn) -> Reply:
    """Say that this kind of message can't be read."""
    return Reply(text=f"{texts.NOT_SUPPORTED}\n\n{texts.HELP_WORDS}")
