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


def holds_any(turn: Turn) -> bool:
    """Tell whether anything is held at all."""
    return any(name.startswith((_WORDS, _MEDIA)) for name in turn.answers)


def holds_media(turn: Turn) -> bool:
    """Tell whether anything that was sent is held."""
    return any(name.startswith(_MEDIA) and sent for name, sent in turn.answers.items())


def drop_all(turn: Turn) -> None:
    """Hold nothing any more."""
    for name in [name for name in turn.answers if name.startswith((_WORDS, _MEDIA))]:
        del turn.answers[name]


def drop_media(turn: Turn) -> None:
    """Hold nothing any more that was sent; what was written of it stays."""
    for name, words in list(turn.answers.items()):
        if name.startswith(_MEDIA) or (name.startswith(_WORDS) and not words):
            del turn.answers[name]


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
