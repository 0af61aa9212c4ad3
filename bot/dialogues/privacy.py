"""A person asks what we know of them, wants a copy, or takes their consent back."""

from __future__ import annotations

from bot import held, in_danger
from bot.passing_on import ForHuman
from bot.routing import BESIDE, DialogueState, Router, Turn, during, event, kind, text
from bot.texts import chat
from bot.texts import privacy as texts
from domain.conversations import (
    AskCopy,
    AskStays,
    HearRevoked,
    Link,
    MessageKind,
    Reply,
    TakeBack,
    TellMine,
)
from domain.happenings import PrivacyChange, PrivacyStep
from domain.privacy import WISHES, Cause, Datum, Wish

EVENTS = ("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation")
CAUSES = {
    PrivacyStep.MODIFIED: Cause.MODIFIED,
    PrivacyStep.REVOKED: Cause.REVOKED,
    PrivacyStep.CANCELLED: Cause.CANCELLED,
}
CHOSEN = "taken-back"  #: the answer that holds what is to be taken back
SENT = set(MessageKind) - {MessageKind.EVENT, MessageKind.HEARD}  #: what a person answers with


class Asked(DialogueState):
    """What we last asked."""

    WHICH = "privacy:which"
    REALLY = "privacy:really"


def _which(turn: Turn) -> str:
    return texts.which(turn.known.wishes)


router = Router(
    "privacy",
    questions={Asked.WHICH: _which, Asked.REALLY: texts.CONFIRM},
    passing=True,
)


@router.on(event(*EVENTS))
async def hear(turn: Turn) -> Reply:
    """WeChat says what the person took back there; nobody hears a reply."""
    for change in turn.message.happenings:
        if isinstance(change, PrivacyChange):
            turn.wants(HearRevoked(cause=CAUSES[change.step], codes=change.codes))
    return Reply(text="")


@router.on(text(*texts.MINE))
async def tell(turn: Turn) -> Reply:
    """Say what is kept, and where to read why."""
    turn.wants(TellMine())
    return turn.aside(texts.ABOUT_YOU, _page(turn))


@router.on(text(*texts.COPY))
async def give_copy(turn: Turn) -> Reply:
    """Have a copy made; it waits behind their log-in."""
    turn.wants(AskCopy())
    return turn.aside(texts.COPY_TOLD, _page(turn))


@router.on(text(*texts.TAKE_BACK))
async def take_back(turn: Turn) -> Reply:
    """Ask what is to be taken back; what is being told, or was stopped, waits meanwhile."""
    if turn.state in set(ForHuman):
        return turn.aside(texts.FINISH_FIRST, _page(turn))
    if turn.state and turn.state not in set(Asked):
        turn.ask_beside(Asked.WHICH)
    turn.state = Asked.WHICH
    return Reply(text=turn.question(), links=(_page(turn),))


@router.on(text(*texts.CHOICES), during(Asked.WHICH))
async def choose(turn: Turn) -> Reply:
    """Say what will happen and what must stay, and ask once more; of nothing, nothing is asked."""
    wish = texts.CHOICES[turn.said]
    if wish not in turn.known.wishes:
        return _leave(turn, texts.nothing_held(turn.known, wish))
    turn.wants(AskStays(wish=wish, happens=texts.WHAT_HAPPENS[wish]))
    turn.answers[_chosen(turn)] = wish
    turn.state = Asked.REALLY
    return Reply(text=texts.before_confirming(_draft(turn, wish)))


@router.on(text(*chat.CONFIRM), during(Asked.REALLY))
async def confirm(turn: Turn) -> Reply:
    """Take the consent back; of what is being told nothing stays that goes with it."""
    wish = Wish(turn.answers.pop(_chosen(turn)))
    turn.wants(TakeBack(wish=wish))
    if Datum.CHAT in WISHES[wish]:
        turn.drop_all()
        held.drop_all(turn)
        in_danger.forget_words(turn)
    elif Datum.PICTURES in WISHES[wish]:
        turn.drop_named("media")
        held.drop_media(turn)
    return _leave(turn, texts.TAKEN_BACK)


@router.on(kind(*SENT), during(Asked.WHICH))
async def say_which(_turn: Turn) -> Reply:
    """Ask again for one of the numbers."""
    return Reply(text=texts.SAY_WHICH)


@router.on(kind(*SENT), during(Asked.REALLY))
async def say_really(_turn: Turn) -> Reply:
    """Ask again for a yes or no."""
    return Reply(text=texts.SAY_CONFIRM)


def _leave(turn: Turn, words: str) -> Reply:
    """Say the last word of it; what was open goes on."""
    if turn.beside:
        return turn.done(words, _page(turn))
    turn.state = ""
    return Reply(text=words, links=(_page(turn),))


def _chosen(turn: Turn) -> str:
    return f"{BESIDE}{CHOSEN}" if turn.beside else CHOSEN


def _draft(turn: Turn, wish: Wish) -> str:
    """Say what becomes of what was told and not handed in, if anything was."""
    if not (turn.has_told("story") or turn.has_told("told") or held.holds_any(turn)):
        return ""
    if Datum.CHAT in WISHES[wish]:
        return texts.DRAFT_GOES
    sent = turn.has_told("media") or held.holds_media(turn)
    media_too = Datum.PICTURES in WISHES[wish] and sent
    return texts.DRAFT_WITHOUT_MEDIA if media_too else texts.DRAFT_STAYS


def _page(turn: Turn) -> Link:
    return Link(title=texts.PAGE_LINK, url=texts.page(turn.known))
