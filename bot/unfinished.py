"""Something was stopped in the middle: is what comes now new, or does it belong to that?"""

from __future__ import annotations

from bot.routing import OFFERED, DialogueState, Turn
from bot.texts import chat as texts
from domain.conversations import Reply


class Unfinished(DialogueState):
    """What we last asked somebody who stopped in the middle."""

    WHICH = "unfinished:which"


def unfinished(turn: Turn, words: str = "") -> Reply:
    """Remind of what was stopped, and keep the words that came instead for either.

    Whoever has just been asked that, and answers neither, is told how to reach a human.
    """
    if words:
        turn.answers[OFFERED] = f"{turn.answers.get(OFFERED, '')}\n{words}".strip()
    asked = turn.ask_beside(Unfinished.WHICH)
    if turn.known.talk.state != Unfinished.WHICH:
        return asked
    return Reply(text=f"{asked.text}\n\n{texts.ask_a_human(turn.known)}")
