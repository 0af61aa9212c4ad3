"""What a person sends while a human listens is put before the human."""

from __future__ import annotations

from bot.routing import DialogueState, Turn
from domain.conversations import MessageKind, PassOn, Reply


class ForHuman(DialogueState):
    """Under these everything said is for a human, who has not come yet."""

    DISTRESS = "distress:talk"
    WAITING = "human:waiting"


_KEPT = (MessageKind.IMAGE, MessageKind.VOICE)


def pass_on(turn: Turn) -> None:
    """Show the human this message, with the picture or voice in it."""
    fetched = turn.message.kind in _KEPT and turn.message.media_id
    turn.wants(PassOn(media_id=turn.fetch() if fetched else None))


def await_answer(turn: Turn, words: str) -> Reply:
    """Say who has it now; what follows is for them too, unless a report waits for its answer."""
    turn.step_out()
    if turn.state:
        return turn.aside(words)
    turn.ask_beside(ForHuman.WAITING)
    return Reply(text=words)
