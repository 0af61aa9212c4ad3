"""What is remembered of a talk about danger between its messages, until it is over."""

from __future__ import annotations

from datetime import datetime

from bot.routing import HELD_FOR, LAPSES_AFTER, Turn
from bot.texts import danger as danger_texts
from domain.conversations import Reply

SINCE = f"{HELD_FOR}danger"  #: the answer that says when whoever is in danger wrote last
ASKED_SAFE = (
    f"{SINCE}-safe"  #: it was just asked if they are safe; by name, if a human has the talk
)
EXIT_TOLD = f"{SINCE}-exit"  #: it was said how one gets out of it
BETWEEN = f"{SINCE}-between"  #: something else is asked for between, and the talk goes on after it
PLACE_TOLD = f"{SINCE}-place"  #: where it is, as it was said; a point has no words
ONESELF = f"{SINCE}-oneself"  #: the words were of self-harm
ENDED = f"{SINCE}-ended"  #: they said that they are safe, or wrote nothing for a day
CALL_TOLD = f"{SINCE}-call"  #: it was said at length how to call somebody


def is_going_on(turn: Turn) -> bool:
    """Did whoever is in danger write within the last day?"""
    since = turn.answers.get(SINCE, "")
    return bool(since) and turn.message.sent_at - datetime.fromisoformat(since) <= LAPSES_AFTER


def is_open(turn: Turn) -> bool:
    """Is the talk going on, and was not ended?"""
    return is_going_on(turn) and ENDED not in turn.answers


def is_remembered(turn: Turn) -> bool:
    """Did they speak of danger here within the last day, or does the alarm ring since?"""
    return SINCE in turn.answers and (is_going_on(turn) or bool(turn.known.alarm_told))


def go_on(turn: Turn) -> None:
    """Note that they wrote just now; what was of an older danger counts no more."""
    if not is_remembered(turn):
        forget(turn)
    turn.answers[SINCE] = turn.message.sent_at.isoformat()
    for name in (ASKED_SAFE, ENDED, CALL_TOLD):
        turn.answers.pop(name, None)


def end(turn: Turn) -> None:
    """Let the talk be over; what was told in it counts as long as somebody may come."""
    for name in (ASKED_SAFE, EXIT_TOLD, BETWEEN):
        turn.answers.pop(name, None)
    turn.answers[ENDED] = ""


def forget_words(turn: Turn) -> None:
    """Keep that a place was told, and not in what words."""
    if PLACE_TOLD in turn.answers:
        turn.answers[PLACE_TOLD] = ""


def forget(turn: Turn) -> None:
    """Let it be over."""
    for name in [name for name in turn.answers if name.startswith(SINCE)]:
        del turn.answers[name]


def ask_if_safe(turn: Turn) -> Reply:
    """Ask whoever wants no more talk if they are safe, before anything ends."""
    turn.answers[ASKED_SAFE] = turn.human
    return Reply(text=danger_texts.are_you_safe(said=turn.said))


def says_safe(turn: Turn) -> bool:
    """Is it a yes to that question, asked by whoever has the talk still?"""
    return turn.answers.get(ASKED_SAFE) == turn.human and turn.said in danger_texts.YES_SAFE
