"""A party asks the mediator something about their case; the answer comes back into the chat."""

from __future__ import annotations

from bot.choosing import with_chosen, with_one
from bot.routing import BESIDE, DialogueState, Router, Turn, during, kind, text
from bot.texts import asking as texts
from bot.texts import chat
from domain.conversations import AskMediator, CaseLine, MessageKind, Reply


class Asked(DialogueState):
    """What we last asked."""

    WHICH = "ask:which"
    WHAT = "ask:what"


def _which(turn: Turn) -> str:
    return chat.which_case(_open(turn))


def _what(turn: Turn) -> str:
    return texts.what_to_ask(_chosen(turn))


router = Router(
    "asking",
    questions={Asked.WHICH: _which, Asked.WHAT: _what},
    stories=frozenset({Asked.WHAT}),
)


@router.on(text(*texts.ASK_MEDIATOR))
async def begin(turn: Turn) -> Reply:
    """Ask what the question is, about the case that goes on."""
    if not _open(turn):
        return turn.aside(texts.nobody_to_ask(turn.known))
    return with_one(turn, _open(turn), Asked.WHICH, _ask_what)


@router.on(text(), lambda turn: bool(texts.question_in(turn.said)))
async def ask_at_once(turn: Turn) -> Reply:
    """Take a question that stands behind the address: 问调解员 什么时候开会."""
    question, waiting = texts.question_in(turn.message.text), _open(turn)
    if not waiting:
        return turn.aside(texts.nobody_to_ask(turn.known))
    if len(waiting) == 1:
        return _ask(turn, waiting[0], question)
    return turn.ask_beside(Asked.WHICH, question=question)


@router.on(text(), during(Asked.WHICH))
async def take_case(turn: Turn) -> Reply:
    """Ask what the question about the chosen case is."""
    return with_chosen(turn, _open(turn), _ask_what)


@router.on(text(), during(Asked.WHAT))
async def take_question(turn: Turn) -> Reply:
    """Hand the question to the mediator."""
    case, question = _chosen(turn), turn.message.text.strip()
    if case is None:
        return turn.done(texts.nobody_to_ask(turn.known))
    if not question:
        return turn.again(chat.CANNOT_READ)
    return _ask(turn, case, question)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE, MessageKind.VIDEO), during(*Asked))
async def write_please(turn: Turn) -> Reply:
    """A question is asked in words."""
    return turn.again(texts.IN_WORDS)


def _open(turn: Turn) -> list[CaseLine]:
    return [case for case in turn.known.cases if not case.over]


def _chosen(turn: Turn) -> CaseLine | None:
    case_id = turn.answers.get(f"{BESIDE}case")
    return next((case for case in _open(turn) if case.case_id == case_id), None)


def _ask_what(turn: Turn, case: CaseLine) -> Reply:
    if question := turn.answers.get(f"{BESIDE}question"):
        return _ask(turn, case, question)
    return turn.ask_beside(Asked.WHAT, case=case.case_id)


def _ask(turn: Turn, case: CaseLine, question: str) -> Reply:
    turn.wants(AskMediator(case_id=case.case_id, text=question))
    return turn.done(texts.passed_on(case))
