"""A person wants to talk to somebody of the centre, and talks with them."""

from __future__ import annotations

from bot import in_danger
from bot.passing_on import KEPT, ForHuman, pass_on
from bot.routing import Router, Turn, click, during, kind, text
from bot.texts import chat as texts
from bot.texts import danger as danger_texts
from domain.conversations import (
    AskHuman,
    EndHuman,
    MessageKind,
    Reply,
    ShareTalk,
)

WAITING = during(ForHuman.WAITING)
SENT = set(MessageKind) - {MessageKind.EVENT, MessageKind.HEARD}

first = Router(
    "human-first",
    questions={ForHuman.WAITING: danger_texts.SAY_IT_HERE},
    stories=frozenset({ForHuman.WAITING}),
)
router = Router("human")
last = Router("human-last")


@first.on(text(*texts.END_HUMAN, *texts.CANCEL), WAITING)
async def do_without(turn: Turn) -> Reply:
    """Take the request back before somebody comes; of danger it is asked about before."""
    turn.wants(EndHuman())
    return turn.done(texts.NOBODY_ASKED)


@router.on(text(*texts.END_HUMAN))
async def say_it_is_over(turn: Turn) -> Reply:
    """No human has the talk: none is called by these words, nor waited for any more.

    Whoever was called for danger may still write: that talk is not said to be over.
    """
    if turn.known.human_asked and turn.known.danger_talk:
        return turn.aside(danger_texts.back_to_machine(waits=turn.paused))
    if turn.known.human_asked:
        turn.wants(EndHuman())
    return turn.aside(texts.HUMAN_ENDED)


@router.on(text(*texts.HUMAN))
@router.on(click("HUMAN"))
async def hand_over(turn: Turn) -> Reply:
    """Tell the centre, and tell the person when somebody comes and whom they can call."""
    turn.wants(AskHuman())
    asked = turn.ask_beside(ForHuman.WAITING)
    return Reply(text=f"{texts.human(turn.known)}\n{asked.text}")


@router.on(text(*texts.SHOW_BEFORE))
async def show_before(turn: Turn) -> Reply:
    """Let the human see what was said before."""
    turn.wants(ShareTalk())
    return turn.aside(texts.SHARED)


@last.on(kind(*SENT), WAITING)
async def keep_for_human(turn: Turn) -> Reply:
    """Put what the person says before whoever comes, and say so."""
    pass_on(turn, in_danger=_rings_for(turn))
    words = texts.kept_for_human(turn.known, telling=turn.tells)
    return Reply(text=texts.received(turn.message.kind, words))


def _rings_for(turn: Turn) -> bool:
    """Does a picture or voice belong to an alarm? Of words nothing is looked up for that."""
    return turn.message.kind in KEPT and bool(turn.known.alarm_told)


def _ends_it(turn: Turn) -> bool:
    """Does the person want the machine back? In danger 算了 is no wish, only 结束人工 is."""
    if turn.said in texts.END_HUMAN or in_danger.says_safe(turn):
        return True
    return turn.said in texts.CANCEL and not turn.known.danger_talk


def is_awaited(turn: Turn) -> bool:
    """Does the person wait for a human, however long? Once the talk is over they do no more."""
    if turn.state not in set(ForHuman) or turn.human:
        return False
    if turn.known.human_asked:
        return True
    turn.step_out()
    return False


def has_human(turn: Turn) -> bool:
    """Does a human have the talk, and is this for them? Following and scanning are for us."""
    ours = turn.message.kind is MessageKind.EVENT and turn.message.event != "click"
    ours = ours or turn.message.kind is MessageKind.HEARD
    return bool(turn.human) and not ours


def answer(turn: Turn) -> Reply:
    """Say nothing and let the human hear it, unless the person wants the machine back."""
    if turn.state in set(ForHuman):
        turn.step_out()
    if turn.message.kind is MessageKind.TEXT and _ends_it(turn):
        if turn.known.danger_talk:
            pass_on(turn, in_danger=True)
        turn.human = ""
        turn.answers.pop(in_danger.ASKED_SAFE, None)
        turn.wants(EndHuman())
        return Reply(text=turn.again(texts.HUMAN_ENDED).text)
    if turn.message.kind is MessageKind.TEXT and turn.said in texts.SHOW_BEFORE:
        turn.wants(ShareTalk())
        return Reply(text=texts.SHARED)
    pass_on(turn, in_danger=_rings_for(turn))
    turn.answers.pop(in_danger.ASKED_SAFE, None)
    if turn.message.kind is MessageKind.TEXT and turn.said in texts.CANCEL:
        return in_danger.ask_if_safe(turn)
    return Reply(text="")
