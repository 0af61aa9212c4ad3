"""What people wrote and sent of an answer is held, by its matter, until they rate the answer."""

from __future__ import annotations

from bot import daily
from bot.routing import HELD_FOR, Turn
from bot.texts import chat
from bot.texts import matters as texts
from domain.conversations import MatterLine
from domain.ids import MediaId

_WORDS = f"{HELD_FOR}words:"
_MEDIA = f"{HELD_FOR}media:"


def waiting(turn: Turn) -> list[MatterLine]:
    """Give the matters whose answer waits to be rated."""
    return [one for one in turn.known.matters if one.to_rate]


def may_rate_by_number(turn: Turn) -> bool:
    """May a bare number be the grade of an answer that waits?"""
    numbers = range(1, len(texts.OFFERED_GRADES) + 1)
    return chat.digits(turn.said) in map(str, numbers) and bool(waiting(turn))


def holds(turn: Turn, line: MatterLine | None) -> bool:
    """Tell whether anything is held for a matter."""
    return line is not None and f"{_WORDS}{line.matter_id}" in turn.answers


def keep(turn: Turn, line: MatterLine, words: str, media: tuple[MediaId, ...]) -> None:
    """Hold more for a matter."""
    before, shot = take(turn, line)
    turn.answers[f"{_WORDS}{line.matter_id}"] = f"{before}\n{words}".strip()
    turn.answers[f"{_MEDIA}{line.matter_id}"] = " ".join((*shot, *media))


def take(turn: Turn, line: MatterLine) -> tuple[str, tuple[MediaId, ...]]:
    """Give what was held for a matter, and hold only what other answers wait for."""
    words = turn.answers.pop(f"{_WORDS}{line.matter_id}", "")
    media = turn.answers.pop(f"{_MEDIA}{line.matter_id}", "").split()
    awaited = {one.matter_id for one in waiting(turn)}
    for name in [name for name in turn.answers if name.startswith((_WORDS, _MEDIA))]:
        if name.rpartition(":")[2] not in awaited:
            del turn.answers[name]
    return words, tuple(MediaId(one) for one in media)


def said_not_done(turn: Turn) -> str:
    """Give what was said of the answer that is rated, if it says that it is not done."""
    line = daily.about(turn)
    words = turn.answers.get(f"{_WORDS}{line.matter_id}", "") if line else ""
    return words if texts.NOT_DONE.search(words) else ""
