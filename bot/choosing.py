"""Which of somebody's cases or matters is meant: the only one, or the one whose number is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.routing import DialogueState, Turn
from bot.texts import chat as texts
from domain.conversations import CaseLine, MatterLine, Reply

T = TypeVar("T", bound=CaseLine | MatterLine)


def with_one(
    turn: Turn, cases: Sequence[T], state: DialogueState, deed: Callable[[Turn, T], Reply]
) -> Reply:
    """Do it with the only case, or ask which is meant."""
    if len(cases) == 1:
        return deed(turn, cases[0])
    return turn.ask_beside(state)


def with_chosen(turn: Turn, cases: Sequence[T], deed: Callable[[Turn, T], Reply]) -> Reply:
    """Do it with the case that was named by its number, or ask again."""
    by_number = {str(number): case for number, case in enumerate(cases, 1)}
    chosen = by_number.get(texts.digits(turn.said))
    return deed(turn, chosen) if chosen else turn.again(texts.NUMBER_OF_LIST)
