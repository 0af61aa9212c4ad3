"""A person wants to talk to somebody of the centre, and talks with them."""

from __future__ import annotations

from bot.passing_on import pass_on
from bot.routing import Router, Turn, click, text
from bot.texts import chat as texts
from domain.conversations import (
    AskHuman,
    EndHuman,
    MessageKind,
    Reply,
    ShareTalk,
)

router = Router("human")


@router.on(text(*texts.HUMAN))
@router.on(click("HUMAN"))
async def hand_over(turn: Turn) -> Reply:
    """Tell the centre, and tell the person when somebody comes and whom they can call."""
    turn.wants(AskHuman())
    return turn.aside(texts.human(turn.known))


@router.on(text(*texts.SHOW_BEFORE))
async def show_before(turn: Turn) -> Reply:
    """Let the human see what was said before."""
    turn.wants(ShareTalk())
    return turn.aside(texts.SHARED)


def has_human(turn: Turn) -> bool:
    """Does a human have the talk, and is this for them? Following and scanning are for us."""
    ours = turn.message.kind is MessageKind.EVENT and turn.message.event != "click"
    ours = ours or turn.message.kind is MessageKind.HEARD
    return bool(turn.human) and not ours


def answer(turn: Turn) -> Reply:
    """Say nothing and let the human hear it, unless the person wants the machine back."""
    if turn.said in texts.END_HUMAN:
        turn.human = ""
        turn.wants(EndHuman())
        return Reply(text=turn.again(texts.HUMAN_ENDED).text)
    if turn.message.kind is MessageKind.TEXT and turn.said in texts.SHOW_BEFORE:
        turn.wants(ShareTalk())
        return Reply(text=texts.SHARED)
    pass_on(turn)
    return Reply(text="")
