"""An answered matter: what is said of it is held for its grade, added to it, or asked about."""

from __future__ import annotations

from bot import daily, held
from bot.daily import Asked
from bot.routing import Turn
from bot.texts import matters as texts
from domain.conversations import MatterLine, Reply, TellMatter
from domain.ids import MediaId


def hold(turn: Turn, line: MatterLine, words: str = "", media: tuple[MediaId, ...] = ()) -> Reply:
    """Ask for the grade, and keep what was written and sent until then."""
    if not words and not media:
        words = turn.message.text.strip()
        media = () if words else (turn.fetch(),)
    held.keep(turn, line, words, media)
    return ask_grade(turn, line)


def ask_grade(turn: Turn, line: MatterLine) -> Reply:
    """Ask how good the answer is."""
    return turn.ask_beside(Asked.GRADE, **{daily.ABOUT: line.matter_id})


def tell_more(
    turn: Turn, line: MatterLine, said: str, *, words: str = "", media: tuple[MediaId, ...] = ()
) -> None:
    """Add words and pictures to the matter."""
    turn.wants(
        TellMatter(
            matter_id=line.matter_id,
            words=words,
            media=media,
            said=said,
            too_late=texts.not_added(turn.known),
        )
    )


def closed_lately(turn: Turn) -> list[MatterLine]:
    """Give what was closed so lately that a 不满意 opens it again."""
    return [one for one in turn.known.matters if one.reopens]


def ask_what_is_meant(turn: Turn, line: MatterLine) -> Reply:
    """Ask whether it belongs to a matter or is another; nothing else may be open."""
    words = turn.message.text.strip()
    turn.begin(Asked.MEANT)
    turn.answers.update({daily.ABOUT: line.matter_id, "told": words})
    return Reply(text=turn.question())
