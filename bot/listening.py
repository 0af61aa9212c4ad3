"""Voices that somebody listens to: which are awaited, and under which question they were sent."""

from __future__ import annotations

from bot.routing import Turn
from bot.texts import voices as texts
from domain.conversations import Reply
from domain.ids import MediaId

AWAITED = "voices-awaited"  #: the answer that holds the voices nobody has heard yet
SENT_UNDER = "voices-sent-under"  #: the question that was open when they were sent


def await_words(turn: Turn, media_id: MediaId) -> Reply:
    """Say that we listen; what was made out comes back as a message of its own."""
    sent_under = turn.answers.get(SENT_UNDER, "")
    earlier = turn.answers.get(AWAITED, "") if sent_under == turn.state else ""
    turn.answers[AWAITED] = f"{earlier} {media_id}".strip()
    turn.answers[SENT_UNDER] = turn.state
    return Reply(text=texts.LISTENING)


def fetch_and_await(turn: Turn) -> Reply:
    """Keep a voice that no dialogue asked for, and listen to it."""
    return await_words(turn, turn.fetch())


def was_awaited(turn: Turn, question: str) -> bool:
    """Say whether this voice was sent under the question that is still open, and forget it."""
    awaited = turn.answers.get(AWAITED, "").split()
    if turn.message.media_id not in awaited:
        return False
    left = [one for one in awaited if one != turn.message.media_id]
    turn.answers[AWAITED] = " ".join(left)
    return turn.answers.get(SENT_UNDER, "") == question
