"""What a person sends while a human listens is put before the human."""

from __future__ import annotations

from bot.routing import DialogueState, Turn
from domain.conversations import MessageKind, PassOn
from domain.ids import MediaId


class ForHuman(DialogueState):
    """Under these everything said is for a human, who has not come yet."""

    DISTRESS = "distress:talk"
    WAITING = "human:waiting"


_KEPT = (MessageKind.IMAGE, MessageKind.VOICE)


def pass_on(turn: Turn) -> None:
    """Show the human this message, with the picture or voice in it."""
    turn.wants(PassOn(media_id=_medium(turn)))


def _medium(turn: Turn) -> MediaId | None:
    told = turn.message
    if told.kind is MessageKind.HEARD:  # words of a voice that we have already
        return MediaId(told.media_id)
    return turn.fetch() if told.kind in _KEPT and told.media_id else None
