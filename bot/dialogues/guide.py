"""Help as a menu by number, and a friendly answer to everything nobody else understood."""

from __future__ import annotations

from dataclasses import replace

from bot.offering import Offered, offering
from bot.passing_on import ForHuman
from bot.routing import Router, Turn, click, during, event, kind, text
from bot.texts import chat as texts
from bot.unfinished import unfinished
from domain.conversations import Link, MessageKind, Reply

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
    return not turn.state and not turn.known.talk.state


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
    """Ask for the story first."""
    return unfinished(turn) if turn.paused else Reply(text=texts.PICTURE_BEFORE_WORDS)


@last.on(text())
async def offer(turn: Turn) -> Reply:
    """Say what can be done here, or remind of what was left unfinished."""
    if turn.paused:
        return unfinished(turn)
    return offering(turn, texts.NOT_UNDERSTOOD)


@last.on()
async def cannot_read(turn: Turn) -> Reply:
    """Say that this kind of message can't be read."""
    return offering(turn, f"{texts.NOT_SUPPORTED}\n\n{texts.HELP_WORDS}")
