"""What a person sends while a human listens is put before the human."""

from __future__ import annotations

from bot import daily
from bot.guidance import Asked
from bot.routing import PAUSED, DialogueState, Turn
from domain.conversations import MessageKind, PassOn
from domain.ids import MediaId
from domain.matters import MOST_MEDIA


class ForHuman(DialogueState):
    """Under these everything said is for a human, who has not come yet."""

    DISTRESS = "distress:talk"
    WAITING = "human:waiting"


KEPT = (MessageKind.IMAGE, MessageKind.VOICE)  #: is kept beside being shown


def pass_on(turn: Turn, *, in_danger: bool) -> None:
    """Show the human this message, with the picture or voice in it.

    That is kept as well: in the alarm's case, or with what was being told.
    """
    medium = _medium(turn)
    sent = turn.message.kind in KEPT and medium is not None
    turn.wants(PassOn(media_id=medium, for_alarm=sent and in_danger))
    if sent and not in_danger:
        _keep(turn, medium)


def _keep(turn: Turn, medium: MediaId | None) -> None:
    """Put it to the report or matter that goes on afterwards."""
    told = {*Asked, *daily.TELLING} & {turn.telling, turn.answers.get(PAUSED, "")}
    media = turn.answers.get("media", "").split()
    if told and not turn.set_aside and len(media) < MOST_MEDIA:
        turn.answers["media"] = " ".join(filter(None, [*media, medium]))


def _medium(turn: Turn) -> MediaId | None:
    told = turn.message
    if told.kind is MessageKind.HEARD:  # words of a voice that we have already
        return MediaId(told.media_id)
    return turn.fetch() if told.kind in KEPT and told.media_id else None
