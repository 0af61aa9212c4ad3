"""WeChat tells what became of messages and what people allow; nobody hears an answer to that."""

from __future__ import annotations

from bot.routing import Router, Turn, event
from domain.conversations import Reply, TakeNote

router = Router("tidings")


@router.on(
    event(
        "templatesendjobfinish",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "subscribe_msg_sent_event",
        "wxa_media_check",
    )
)
async def take_note(turn: Turn) -> Reply:
    """Keep it; what was asked stays open."""
    turn.wants(TakeNote())
    return Reply(text="")
