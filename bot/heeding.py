"""What counts as an answer, and what is only a command, a bare number or said before."""

from __future__ import annotations

from bot.routing import BESIDE, Turn
from bot.texts import chat as texts
from bot.texts import places
from domain.conversations import Reply

ASKED_AGAIN = "asked-again"  #: the answer that holds the question that was asked a second time
LONGEST_NUMBER = 6  #: digits: a longer one is a phone number
_SHORTEST_BABBLE = 4


def says_nothing(turn: Turn) -> bool:
    """Is it nothing that anybody who reads the file could use?"""
    said = turn.said
    number = said.isdecimal() and len(said) <= LONGEST_NUMBER
    babble = len(said) >= _SHORTEST_BABBLE and len(set(said)) == 1
    return not said or number or babble or said in (*texts.NO_TESTIMONY, *texts.GREETINGS)


def told_before(turn: Turn) -> bool:
    """Is it only what was told of the matter or its place already?"""
    told = {turn.answers.get(name, "").strip() for name in ("story", "place")}
    return bool(turn.message.text.strip()) and turn.message.text.strip() in told


def no_answer(turn: Turn) -> bool:
    """Is it a command, a bare number, a question or a repetition, and nothing for the file?"""
    return not turn.alarmed and (told_before(turn) or says_nothing(turn) or _asks(turn))


def asked_again(turn: Turn) -> Reply | None:
    """Ask again, once, instead of keeping what is no answer."""
    asked = f"{BESIDE}{ASKED_AGAIN}" if turn.beside else ASKED_AGAIN
    if turn.answers.get(asked) == turn.state:
        return None
    turn.answers[asked] = turn.state
    return turn.again(texts.NO_ANSWER)


def names_no_place(turn: Turn) -> bool:
    """Is it no answer, or a sentence that names no place?"""
    return no_answer(turn) or not places.may_be_a_place(turn.message.text.strip())


def may_name_it_still(turn: Turn) -> bool:
    """Sent again to the question for a place, is it one whose name shows nothing of that?"""
    return not (turn.alarmed or no_answer(turn)) and places.is_no_sentence(
        turn.message.text.strip()
    )


def _asks(turn: Turn) -> bool:
    said = turn.message.text.strip()
    names = places.AN_ADDRESS.search(said) or texts.A_NUMBER.search(said)
    return texts.IS_A_QUESTION.search(said) is not None and not names
