"""What a person sends while a human listens is put before the human."""

from __future__ import annotations

from bot.routing import DialogueState, Turn
from domain.conversations import MessageKind, PassOn


class ForHuman(DialogueState):
    """Under these everything said is for a human, who has not come yet."""

    DISTRESS = "distress:talk"
    WAITING = "human:waiting"


_KEPT = (MessageKind.IMAGE, MessageKind.VOICE)


def pass_on(turn: Turn) -> None:
    """Show the human this message, with the picture or voice in it."""
    fetched = turn.message.kind in _KEPT and turn.message.media_id
    turn.wants(PassOn(media_id=turn.fetch() if fetched else None))
