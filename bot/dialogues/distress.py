"""Whoever is in mortal danger talks with a human, whatever was asked, until that is ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.helping import helped
from bot.passing_on import ForHuman, pass_on
from bot.places import place_told
from bot.routing import HELD_FOR, LAPSES_AFTER, Router, Turn, click, during, kind, text
from bot.texts import chat as texts
from domain.conversations import AskHuman, MessageKind, PassOn, Reply, TellPlace

SINCE = f"{HELD_FOR}danger"  #: the answer that says when this person spoke of danger last
SAID = set(MessageKind) - {MessageKind.EVENT, MessageKind.HEARD}
IN_DISTRESS = during(ForHuman.DISTRESS)

first = Router("distress-first", questions={ForHuman.DISTRESS: texts.SAY_IT_HERE})
last = Router("distress")


def is_theirs(turn: Turn) -> bool:
    """Does whoever is in danger write themselves? A grid worker tells it of somebody else."""
    return turn.alarmed and helped(turn) is None


def open_talk(turn: Turn) -> Reply:
    """Call a human into the chat; what was being told is put by and asked for no more."""
    call_beside(turn)
    _stay(turn)
    return Reply(text=texts.say_it_here(waits=turn.paused))


def call_beside(turn: Turn) -> None:
    """Call a human who reads this, and let the talk go on as it does."""
    _note(turn)
    _call(turn)


def warn_human(turn: Turn) -> None:
    """Let the talk that a human has already be one about danger."""
    if turn.alarmed:
        _note(turn)
        turn.wants(AskHuman(danger=True))


def let_read_on(turn: Turn) -> None:
    """Whoever was called reads on, also while the person goes on with something else."""
    passed = any(isinstance(one, PassOn) for one in turn.intents)
    if turn.message.kind in SAID and not (passed or turn.human) and _spoke_of_danger(turn):
        turn.wants(PassOn())


def _note(turn: Turn) -> None:
    turn.answers[SINCE] = turn.message.sent_at.isoformat()


def _call(turn: Turn) -> None:
    """Call somebody (asked again, it is the same call) and show them what was said."""
    turn.wants(AskHuman(danger=True))
    pass_on(turn, in_danger=True)


def _stay(turn: Turn) -> None:
    if turn.state != ForHuman.DISTRESS:
        turn.put_by()
        turn.ask_beside(ForHuman.DISTRESS)


def _spoke_of_danger(turn: Turn) -> bool:
    """Did this person speak of danger within the last day?"""
    since = turn.answers.get(SINCE, "")
    return bool(since) and turn.message.sent_at - datetime.fromisoformat(since) <= LAPSES_AFTER


def _is_looked_after(turn: Turn) -> bool:
    """Is an alarm of this person open, from here or from a page, or not a day old?"""
    return _spoke_of_danger(turn) or bool(turn.known.alarm_told)


def _is_for_human(turn: Turn) -> bool:
    return turn.said not in (*texts.GO_ON, *texts.SHOW_BEFORE)


@first.on(text(*texts.GO_ON), IN_DISTRESS)
async def go_on(turn: Turn) -> None:
    """By this word alone a form is asked again: what was put by, or a report from its start."""
    if not turn.paused:
        turn.step_out()
        turn.message = replace(turn.message, text=texts.BEGIN_REPORT[0])


@first.on(kind(*SAID), IN_DISTRESS, _is_for_human)
@first.on(click("REPORT", "MY_CASES", "HUMAN"), IN_DISTRESS)
@first.on(text(*texts.HELP), _spoke_of_danger)
@first.on(text(*texts.HUMAN), _is_looked_after)
@first.on(text(), lambda turn: texts.asks_who_comes(turn.said), _is_looked_after)
@first.on(click("HUMAN"), _is_looked_after)
@last.on(kind(*SAID), lambda turn: not turn.state, _spoke_of_danger)
async def listen(turn: Turn) -> Reply:
    """Put what the person says before the human, and say who reads it."""
    _call(turn)
    _stay(turn)
    if told := place_told(turn.message):
        turn.wants(TellPlace(spot=told))
    words = texts.somebody_reads(turn.known, said=turn.said, waits=turn.paused)
    return Reply(text=texts.received(turn.message.kind, words))
