"""A person forwards a text and asks whether it is a fraud."""

from __future__ import annotations

from bot.routing import DialogueState, Router, Turn, during, kind, text
from bot.texts import checks as texts
from domain.conversations import CheckText, MessageKind, Reply
from domain.fraud import Verdict, judge

SHORTEST = 8  #: characters of a text that was not asked about and speaks for itself


class Asked(DialogueState):
    """What we last asked."""

    TEXT = "check:text"


router = Router("checks", questions={Asked.TEXT: texts.SEND_IT})


@router.on(text(*texts.CHECK))
async def begin(turn: Turn) -> Reply:
    """Ask for the text."""
    return turn.ask_beside(Asked.TEXT)


@router.on(kind(MessageKind.LINK), during(Asked.TEXT))
@router.on(text(), during(Asked.TEXT))
async def take_text(turn: Turn) -> Reply:
    """Look at what was sent."""
    return turn.done(_look(turn, _words(turn)))


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE, MessageKind.VIDEO), during(Asked.TEXT))
async def no_picture(_turn: Turn) -> Reply:
    """Say what to do with a picture."""
    return Reply(text=texts.NO_PICTURE)


@router.on(text())
async def look_at_once(turn: Turn) -> Reply | None:
    """Look at a text behind the word 查, or at one that is a fraud by itself."""
    told = turn.message.text.strip()
    for prefix in texts.PREFIXES:
        rest = told.removeprefix(prefix)
        if rest != told and rest[:1] in set(" 　:：,，\n") and len(rest.strip()) >= SHORTEST:
            return turn.aside(_look(turn, rest.lstrip(" 　:：,，\n")))
    plainly = not turn.state and not turn.alarmed and len(told) >= SHORTEST
    if plainly and judge(told).verdict is Verdict.FRAUD:
        return turn.aside(_look(turn, told))
    return None


def _look(turn: Turn, told: str) -> str:
    turn.wants(CheckText(text=told))
    return texts.answer(judge(told))


def _words(turn: Turn) -> str:
    sent = turn.message
    return "\n".join(filter(None, (sent.text, sent.title, sent.url))).strip()
