"""Going back, stopping, and going on: the same in every dialogue."""

from __future__ import annotations

from bot.guidance import KEPT_AS, following
from bot.guidance import Asked as Told
from bot.routing import PAUSED, DialogueState, Router, Turn, during, text
from bot.texts import chat as texts
from bot.unfinished import Unfinished
from domain.conversations import Reply


class Asked(DialogueState):
    """What we last asked."""

    DROP = "steps:drop"
    WHICH = "steps:which"


def _drop_it(turn: Turn) -> str:
    return texts.DROP_IT if PAUSED in turn.answers else texts.DROP_MATTER


router = Router(
    "steps",
    questions={
        Asked.DROP: _drop_it,
        Asked.WHICH: texts.WHICH_GOES_ON,
        Unfinished.WHICH: texts.UNFINISHED,
    },
)


@router.on(text(*texts.DROP), during(Asked.DROP))
async def drop(turn: Turn) -> Reply:
    """Forget what was told and not finished; a case that an alarm made of it goes on."""
    if PAUSED not in turn.answers:
        turn.drop_set_aside()
    return turn.end(texts.dropped(turn.known, matter_stays=turn.set_aside))


@router.on(text(*texts.KEEP), during(Asked.DROP))
async def keep(turn: Turn) -> Reply:
    """Leave it to be continued."""
    return turn.done(texts.KEPT)


@router.on(text(), during(Asked.DROP))
async def leave(turn: Turn) -> None:
    """Whoever writes something else wants that, and what was told stays."""
    turn.step_out()


@router.on(text(*texts.CANCEL))
async def cancel(turn: Turn) -> Reply:
    """Stop, and offer to go on later; what was stopped before can be dropped."""
    if turn.state == Unfinished.WHICH:
        turn.step_out()
    if turn.tells_beside:
        turn.step_out()
        return turn.again(texts.PAUSED if turn.set_aside else texts.LEFT_BESIDE)
    if turn.beside:
        return turn.done(texts.LEFT_BESIDE)
    if not turn.state:
        return turn.ask_beside(Asked.DROP) if turn.paused else Reply(text=texts.NOTHING_OPEN)
    small = turn.state in turn.passing or turn.told_nothing
    turn.pause()
    return Reply(text=texts.STOPPED if small else texts.PAUSED)


@router.on(text(*texts.BACK))
async def back(turn: Turn) -> Reply:
    """Ask the question before this one."""
    if turn.tells_beside:
        return turn.again(texts.FIRST_QUESTION)
    if turn.beside:
        return turn.done(texts.LEFT_BESIDE)
    if turn.trail and turn.state:
        return turn.back()
    return turn.again(texts.FIRST_QUESTION if turn.state else texts.NOTHING_OPEN)


@router.on(text(*texts.GO_ON))
@router.on(text(*texts.THE_SAME), during(Unfinished.WHICH))
async def go_on(turn: Turn) -> Reply:
    """Go on where the person stopped, also days later."""
    telling = turn.tells_beside
    turn.step_out()
    if turn.tells_beside:
        return turn.again(texts.GOING_ON)
    if PAUSED in turn.answers and turn.set_aside and not telling:
        return turn.ask_beside(Asked.WHICH)
    if PAUSED in turn.answers:
        _pass_over_danger(turn)
        return turn.resume(texts.GOING_ON)
    if turn.set_aside:
        return turn.take_back(texts.GOING_ON)
    return turn.again(texts.GOING_ON if turn.state else texts.NOTHING_OPEN)


@router.on(text(*texts.THE_MATTER), during(Asked.WHICH))
async def go_on_with_matter(turn: Turn) -> Reply:
    """Go on with the daily-life matter."""
    turn.finish_beside()
    return turn.take_back(texts.GOING_ON)


@router.on(text(*texts.THE_REPORT), during(Asked.WHICH))
async def go_on_with_report(turn: Turn) -> Reply:
    """Go on with what was stopped before it."""
    turn.finish_beside()
    _pass_over_danger(turn)
    return turn.resume(texts.GOING_ON)


@router.on(text(), during(Asked.WHICH))
async def leave_both(turn: Turn) -> None:
    """Whoever writes something else wants that, and both stay."""
    turn.step_out()


def _pass_over_danger(turn: Turn) -> None:
    """Whoever cried for help meanwhile is not asked if anybody is in danger."""
    if turn.answers.get(PAUSED) == Told.DANGER and KEPT_AS[Told.DANGER] in turn.answers:
        turn.answers[PAUSED] = following(turn)
