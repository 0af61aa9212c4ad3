"""What is told after a matter was handed in: it belongs to it, or is another one."""

from __future__ import annotations

from bot import daily, held
from bot.answered import ask_grade, ask_what_is_meant, closed_lately, hold, tell_more
from bot.daily import Asked
from bot.guidance import Asked as Told
from bot.routing import NOTES, Router, Turn, during, kind, text
from bot.texts import chat
from bot.texts import matters as texts
from domain.conversations import MatterLine, MessageKind, Reply
from domain.daily_matters import is_daily, is_quarrel
from domain.ids import MediaId
from domain.matters import LONGEST_TOLD, MOST_MEDIA, SHORTEST_TOLD


def _which_is_meant(turn: Turn) -> str:
    line = _meant(turn)
    return texts.which_is_meant(line.number if line else "")


first = Router("matter-more-first")
router = Router(
    "matter-more",
    questions={Asked.ADDED: texts.ADD_HERE, Asked.MEANT: _which_is_meant},
    stories=frozenset({Asked.ADDED}),
)


@first.on(text(), during(Asked.WHAT))
async def ask_whose_words(turn: Turn) -> Reply | None:
    """Whoever begins a matter with words that something is not done may mean an answer."""
    if turn.alarmed or "told" in daily.told(turn) or not _means_not_done(turn):
        return None
    line = next(iter(held.waiting(turn) or closed_lately(turn)), None)
    if line is None:
        return None
    daily.keep(turn, **{"told": turn.message.text.strip(), daily.ABOUT: line.matter_id})
    return turn.detour(Asked.MEANT)


@router.on(kind(MessageKind.TEXT, MessageKind.IMAGE, MessageKind.VOICE), during(Asked.ADDED))
async def add(turn: Turn) -> Reply | None:
    """What is written and sent next belongs to it, unless it is another matter.

    Once it is answered nobody reads on: the answer is rated, and a 不满意 takes the words along.
    """
    newest = next(iter(turn.known.matters), None)
    if newest is None or newest.over or _something_else(turn):
        turn.step_out()
        return None
    if turn.said in chat.NODS:
        return ask_grade(turn, newest) if newest.to_rate else Reply(text=turn.question())
    if is_quarrel(turn.said) and not turn.alarmed:
        return ask_what_is_meant(turn, newest)
    return _belong(turn, newest)


@first.on(text(*texts.OTHER_MATTER, *chat.BEGIN_REPORT), during(Asked.MEANT))
async def take_as_another(turn: Turn) -> Reply:
    """Offer to report what was written and sent."""
    if _begins_another(turn):
        return _go_on_with_another(turn)
    words, media = daily.whole_story(turn), turn.answers.get("media", "")
    turn.begin(Told.OFFER)
    turn.answers.update({"story": words, "media": media})
    return Reply(text=turn.question())


@router.on(text(*texts.SAME_MATTER), during(Asked.MEANT))
async def take_as_the_same(turn: Turn) -> Reply:
    """Let what was written and sent belong to the matter."""
    line, words, media = _meant(turn), daily.whole_story(turn), daily.media(turn)
    _leave_meant(turn)
    if line is None:
        return turn.again(texts.not_added(turn.known))
    if not turn.state:
        turn.ask_beside(Asked.ADDED)
    said = _belong(turn, line, words, tuple(MediaId(one) for one in media))
    return said if turn.state in (Asked.ADDED, Asked.GRADE) else turn.again(said.text)


@router.on(text(), during(Asked.MEANT))
async def write_meanwhile(turn: Turn) -> Reply:
    """Keep what is written besides, and ask again."""
    turn.note(turn.message.text.strip())
    return turn.again(texts.ALSO_KEPT)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(Asked.MEANT))
async def send_meanwhile(turn: Turn) -> Reply:
    """Keep what is sent besides, and ask again."""
    if len(daily.media(turn)) >= MOST_MEDIA:
        return turn.again(texts.ENOUGH)
    daily.keep(turn, media=" ".join([*daily.media(turn), turn.fetch()]))
    return turn.again(texts.PICTURE_FIRST)


def _something_else(turn: Turn) -> bool:
    """Is it another matter, a rating, a number of some list, or thanks?"""
    rates = turn.said in texts.GRADES or turn.said.isdecimal() or turn.said in chat.GREETINGS
    return rates or is_daily(turn.said) or chat.THANKS.fullmatch(turn.said) is not None


def _meant(turn: Turn) -> MatterLine | None:
    if turn.beside:
        return daily.about(turn)
    wanted = turn.answers.get(daily.ABOUT)
    return next((one for one in turn.known.matters if one.matter_id == wanted), None)


def _means_not_done(turn: Turn) -> bool:
    """Does it say only that something is not done, or how it went, and not what and where?"""
    said = turn.message.text.strip()
    if len(said) > LONGEST_TOLD or not texts.NOT_DONE.search(said) or is_quarrel(said):
        return False
    return not is_daily(said) or texts.HOW_IT_WENT.search(said) is not None


def _begins_another(turn: Turn) -> bool:
    """Was it asked of the first words of a new matter?"""
    return turn.trail[-1:] == [Asked.WHAT]


def _leave_meant(turn: Turn) -> None:
    """Nothing is left to be asked; what is told beside it goes on."""
    if turn.beside:
        turn.end_detour()
        turn.finish_beside()
    else:
        turn.end("")


def _go_on_with_another(turn: Turn) -> Reply:
    """Take what was written as the story of the matter that was begun."""
    turn.end_detour()
    words = daily.whole_story(turn)
    daily.forget(turn, NOTES, daily.ABOUT)
    daily.keep(turn, told=words)
    return turn.again(texts.MORE_PLEASE) if len(words) < SHORTEST_TOLD else daily.after(turn)


def _belong(
    turn: Turn, line: MatterLine, words: str = "", media: tuple[MediaId, ...] = ()
) -> Reply:
    """Add it to a matter; once that is answered, hold it until the answer is rated."""
    if line.to_rate or line.reopens:
        return hold(turn, line, words, media)
    if not words and not media:
        words = turn.message.text.strip()
        media = () if words else (turn.fetch(),)
    tell_more(turn, line, texts.ADDED, words=words, media=media)
    return Reply(text="{matter_told}")
