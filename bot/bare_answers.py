"""Words that only answer what was asked: what was said before them means nothing else by them."""

from __future__ import annotations

from bot import daily, guidance
from bot.passing_on import ForHuman
from bot.places import place_told
from bot.routing import Turn
from bot.texts import chat as texts
from bot.texts import matters, places

#: What is asked for by name, and how an answer is rated.
DEEDS = frozenset(
    (*texts.MENU_BY_NUMBER.values(), *texts.HUMAN, *texts.MY_CASES, *texts.LARGE, *matters.GRADES)
) | {*texts.BEGIN_REPORT, *texts.GO_ON, *texts.SHOW_BEFORE, *matters.MATTER}
TO_CALL_FOR_HELP = frozenset({"110", "119", "120", "122", "12110"})
WORDS = frozenset((*texts.CONFIRM, *texts.SKIP, *texts.DONE, *texts.SAFE, *texts.UNSAFE))
ASKING_WHERE = frozenset({ForHuman.DISTRESS, daily.Asked.WHERE, guidance.Asked.WHERE})


def only_answers(turn: Turn) -> bool:
    """Is it nothing but a number, a command, or an answer to the open question?"""
    if turn.said in DEEDS or (turn.said.isdecimal() and turn.said not in TO_CALL_FOR_HELP):
        return True
    return bool(turn.state) and (turn.said in WORDS or _names_place(turn))


def _names_place(turn: Turn) -> bool:
    if turn.state not in ASKING_WHERE:
        return False
    plain = places.A_PLAIN_PLACE.fullmatch(turn.said) is not None
    return plain or place_told(turn.message) is not None
