"""For whom a report is told, if not for oneself."""

from __future__ import annotations

from bot.routing import Turn
from domain.helping import Helped, HowAgreed

FOR_NAME, FOR_PHONE, FOR_AGREED = "for_name", "for_phone", "for_agreed"


def helped(turn: Turn) -> Helped | None:
    """Give whom it is told for, once that was said."""
    told = turn.answers
    if FOR_AGREED not in told:
        return None
    return Helped(
        name=told[FOR_NAME], phone=told.get(FOR_PHONE, ""), agreed=HowAgreed(told[FOR_AGREED])
    )


def kept_for(turn: Turn) -> dict[str, str]:
    """Give the answers that say for whom, to outlive a report that is begun anew."""
    names = (FOR_NAME, FOR_PHONE, FOR_AGREED)
    return {name: turn.answers[name] for name in names if name in turn.answers}
