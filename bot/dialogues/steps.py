"""Going back, stopping, and going on: the same in every dialogue."""

from __future__ import annotations

from bot.routing import Router, Turn, text
from bot.texts import chat as texts
from domain.conversations import Reply

router = Router("steps")


@router.on(text(*texts.CANCEL))
async def cancel(turn: Turn) -> Reply:
    """Stop, and offer to go on later."""
    if turn.beside:
        return turn.done(texts.LEFT_BESIDE)
    if not turn.state:
        return Reply(text=texts.UNFINISHED if turn.paused else texts.NOTHING_OPEN)
    small = turn.state in turn.passing
    turn.pause()
    return Reply(text=texts.STOPPED if small else texts.PAUSED)


@router.on(text(*texts.BACK))
async def back(turn: Turn) -> Reply:
    """Ask the question before this one."""
    if turn.beside:
        return turn.done(texts.LEFT_BESIDE)
    if turn.trail and turn.state:
        return turn.back()
    return turn.again(texts.FIRST_QUESTION if turn.state else texts.NOTHING_OPEN)


@router.on(text(*texts.GO_ON))
async def go_on(turn: Turn) -> Reply:
    """Go on where the person stopped, also days later."""
    turn.step_out()
    if turn.paused:
        return turn.resume(texts.GOING_ON)
    return turn.again(texts.GOING_ON if turn.state else texts.NOTHING_OPEN)
