"""Help as a menu by number, and a friendly answer to everything nobody else understood."""

from __future__ import annotations

from dataclasses import replace

from bot import held
from bot.guidance import Asked as Told
from bot.offering import Offered, offering
from bot.passing_on import ForHuman
from bot.routing import PAUSED, SET_ASIDE, Router, Turn, click, during, event, kind, text
from bot.texts import chat as texts
from bot.unfinished import Unfinished, unfinished
from domain.conversations import Link, MessageKind, Reply
from domain.matters import MOST_MEDIA

menu = Router("menu", questions={Offered.MENU: texts.HELP_WORDS})
router = Router("help")
last = Router("last")


@menu.on(kind(*(set(MessageKind) - {MessageKind.EVENT})), during(Offered.MENU))
@menu.on(event("click"), during(Offered.MENU))
async def choose(turn: Turn) -> None:
    """Read a number as the words it stands for; everything else is what it says."""
    turn.step_out()
    _read_number(turn)


def _idle(turn: Turn) -> bool:
    """Is nothing asked, and was nothing until now? An answer that comes late is no choice."""
    asked = turn.state or turn.known.talk.state
    return not asked and not held.may_rate_by_number(turn)


@menu.on(text(), _idle)
async def choose_any_time(turn: Turn) -> None:
    """The numbers of the menu count as long as nothing else is asked."""
    _read_number(turn)


def _read_number(turn: Turn) -> None:
    chosen = texts.digits(turn.said)
    commands = {str(number): one for number, one in enumerate(texts.MENU_BY_NUMBER.values(), 1)}
    if turn.message.kind is MessageKind.TEXT and chosen in commands:
        turn.message = replace(turn.message, text=commands[chosen])


def _in_small_talk(turn: Turn) -> bool:
    return turn.state in turn.passing


@menu.on(event("click"), _in_small_talk)
async def leave_small_talk(turn: Turn) -> None:
    """Whoever taps our menu wants that, and no answer to a small talk any more."""
    if turn.beside:
        turn.step_out()
    else:
        turn.pause()


@router.on(text(*texts.HELP))
@router.on(click("HELP"))
async def explain(turn: Turn) -> Reply:
    """Say what can be done here; within a report, what can be said to its questions."""
    return offering(turn, texts.HELP_WORDS)


def _thanks_us(turn: Turn) -> bool:
    """Thanks that are for a human, who is awaited, are left to them."""
    return turn.state not in set(ForHuman) and texts.THANKS.fullmatch(turn.said) is not None


@router.on(text(), _thanks_us)
async def welcome_thanks(turn: Turn) -> Reply:
    """Answer kindly; what was asked stays open."""
    return turn.aside(texts.YOU_ARE_WELCOME)


@router.on(text(*texts.LARGE))
async def enlarge(turn: Turn) -> Reply:
    """Lead to the pages in large print."""
    url = f"{turn.known.pages_url}/care?on=1&next=/m/"
    return turn.aside(texts.LARGE_PRINT, Link(title=texts.LARGE_PRINT_LINK, url=url))


@last.on(kind(MessageKind.EVENT))
async def pass_over(_turn: Turn) -> Reply:
    """Events that ask for no answer: delivery reports, opened menus, positions."""
    return Reply(text="")


@last.on(kind(MessageKind.IMAGE, MessageKind.VOICE))
async def before_words(turn: Turn) -> Reply:
    """Keep what comes before any word, with what was stopped or for the report that follows."""
    if turn.state not in ("", Unfinished.WHICH):
        return Reply(text=texts.PICTURE_BEFORE_WORDS)
    if turn.paused:
        return _keep_with_stopped(turn)
    turn.begin(Told.WHAT)
    turn.answers["media"] = turn.fetch()
    voice = turn.message.kind is MessageKind.VOICE
    return Reply(text=texts.first_medium(turn.known, voice=voice))


def _keep_with_stopped(turn: Turn) -> Reply:
    kept = "media" if PAUSED in turn.answers else f"{SET_ASIDE}media"
    media = turn.answers.get(kept, "").split()
    if len(media) >= MOST_MEDIA:
        return Reply(text=texts.ENOUGH_PICTURES)
    turn.answers[kept] = " ".join([*media, turn.fetch()])
    return Reply(text=f"{texts.KEPT_WITH_STOPPED}\n\n{unfinished(turn).text}")


@last.on(text())
async def offer(turn: Turn) -> Reply:
    """Say what can be done here, or remind of what was left unfinished."""
    if turn.paused:
        return unfinished(turn)
    if turn.said in texts.NODS and not turn.state:
        return Reply(text=texts.WRITE_ANY_TIME)
    return offering(turn, texts.NOT_UNDERSTOOD)


@last.on()
async def cannot_read(turn: Turn) -> Reply:
    """Say that this kind of message can't be read."""
    return offering(turn, f"{texts.NOT_SUPPORTED}\n\n{texts.HELP_WORDS}")
