"""What counts as an answer, and what is only a command, a bare number or said before."""

from __future__ import annotations

from bot.routing import Turn
from bot.texts import chat as texts
from domain.conversations import Reply

ASKED_AGAIN = "asked-again"  #: the answer that holds the question that was asked a second time
LONGEST_NUMBER = 6  #: digits: a longer one is a phone number
_SHORTEST_BABBLE = 4


def says_nothing(turn: Turn) -> bool:
    """Is it nothing that anybody who reads the file could use?"""
    said = turn.said
    number = said.isdecimal() and len(said) <= LONGEST_NUMBER
    babble = len(said) >= _SHORTEST_BABBLE and len(set(said)) == 1
    return not said or number or babble or said in texts.NO_TESTIMONY


def asked_again(turn: Turn) -> Reply | None:
    """Ask again, once, instead of keeping what is no answer."""
    told = turn.message.text.strip()
    answers = told not in _told_before(turn) and not says_nothing(turn) and not _asks(turn)
    if turn.alarmed or answers or turn.answers.get(ASKED_AGAIN) == turn.state:
        return None
    turn.answers[ASKED_AGAIN] = turn.state
    return turn.again(texts.NO_ANSWER)


def _told_before(turn: Turn) -> set[str]:
    told = {turn.answers.get(name, "") for name in ("story", "place")}
    return {one.strip() for one in told if one}


def _asks(turn: Turn) -> bool:
    return texts.IS_A_QUESTION.search(turn.message.text.strip()) is not None
