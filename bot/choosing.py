"""Which of somebody's cases is meant: the only one, or the one whose number they answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.routing import DialogueState, Turn
from bot.texts import chat as texts
from domain.conversations import CaseLine, Reply

Deed = Callable[[Turn, CaseLine], Reply]


def with_one(turn: Turn, cases: Sequence[CaseLine], state: DialogueState, deed: Deed) -> Reply:
    """Do it with the only case, or ask which is meant."""
    if len(cases) == 1:
        return deed(turn, cases[0])
    return turn.ask_beside(state)


def with_chosen(turn: Turn, cases: Sequence[CaseLine], deed: Deed) -> Reply:
    """Do it with the case that was named by its number, or ask again."""
    by_number = {str(number): case for number, case in enumerate(cases, 1)}
    chosen = by_number.get(texts.digits(turn.said))
    return deed(turn, chosen) if chosen else turn.again(texts.NUMBER_OF_LIST)
