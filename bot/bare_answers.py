"""Words that only answer what was asked: what was said before them means nothing else by them."""

from __future__ import annotations

from bot import daily, guidance
from bot.passing_on import ForHuman
from bot.places import place_told
from bot.routing import Turn
from bot.texts import chat as texts

WORDS = frozenset((*texts.CONFIRM, *texts.SKIP, *texts.DONE, *texts.SAFE, *texts.UNSAFE))
ASKING_WHERE = frozenset({ForHuman.DISTRESS, daily.Asked.WHERE, guidance.Asked.WHERE})


def only_answers(turn: Turn) -> bool:
    """Is it nothing but an answer to the open question?"""
    if not turn.state:
        return False
    return turn.said in WORDS or turn.said.isdecimal() or _names_place(turn)


def _names_place(turn: Turn) -> bool:
    if turn.state not in ASKING_WHERE:
        return False
    plain = texts.A_PLAIN_PLACE.fullmatch(turn.said) is not None
    return plain or place_told(turn.message) is not None
