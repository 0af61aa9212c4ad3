"""An alarm says what was told so far of the report or matter that is being told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot import daily
from bot.guidance import KEPT_AS, Asked
from bot.helping import helped
from bot.places import RANG, known_place
from bot.routing import NOTES, PAUSED, Turn
from domain.conversations import RaiseAlarm
from domain.ids import MediaId


def alarm(turn: Turn, *, words: str, text: str, before: str = "") -> RaiseAlarm:
    """Raise the alarm with what the matter or report tells so far, if one is being told.

    ``before`` is the message that was judged together with this one.
    """
    matter = daily.in_hand(turn)
    if matter is not None:
        daily.note_alarm(turn)
        return replace(_matter_alarm(matter, words=words, text=text), before=before)
    told = turn.answers
    telling = turn.telling in set(Asked) or turn.answers.get(PAUSED) in set(Asked)
    if telling:
        turn.answers[RANG] = "1"
        turn.answers.setdefault(KEPT_AS[Asked.DANGER], "")  # it is not asked after that
    lines = dict.fromkeys((told.get("story", ""), told.get(NOTES, ""), text.strip()))
    return RaiseAlarm(
        words=words,
        text=text,
        story="\n".join(filter(None, lines)) if telling else "",
        spot=known_place(told) if telling else None,
        media=tuple(MediaId(name) for name in media_of(turn)) if telling else (),
        helped=helped(turn) if telling else None,
        before=before,
    )


def media_of(turn: Turn) -> list[str]:
    """Name what was sent of the report so far."""
    return turn.answers.get("media", "").split()


def _matter_alarm(told: Mapping[str, str], *, words: str, text: str) -> RaiseAlarm:
    lines = dict.fromkeys((told["told"], text.strip()))
    return RaiseAlarm(
        words=words,
        text=text,
        story="\n".join(filter(None, lines)),
        spot=known_place(told),
        media=tuple(MediaId(name) for name in told.get("media", "").split()),
    )
