"""A person chooses warnings, or lets a family member look after them."""

from __future__ import annotations

import re

from bot.routing import BESIDE, DialogueState, Router, Turn, during, text
from bot.texts import guarding as texts
from domain.conversations import (
    AgreeGuard,
    AskGuard,
    EndGuard,
    InviteGuard,
    Reply,
    Subscribe,
    Unsubscribe,
)

_CODE = re.compile(rf"(?:{'|'.join(texts.CODE_PREFIXES)})\s*(\d{{8}})")


class Asked(DialogueState):
    """What we last asked."""

    TOPIC = "warnings:topic"
    SCOPE = "guard:scope"
    AGREE = "guard:agree"


router = Router(
    "guarding",
    questions={
        Asked.TOPIC: texts.WHICH_TOPIC,
        Asked.SCOPE: texts.WHICH_SCOPE,
        Asked.AGREE: texts.SAY_AGREE,
    },
)


@router.on(text(*texts.SUBSCRIBE))
async def choose_topic(turn: Turn) -> Reply:
    """Ask which warnings, and say what choosing means."""
    return turn.ask_beside(Asked.TOPIC)


@router.on(text(*texts.TOPICS), during(Asked.TOPIC))
async def subscribe(turn: Turn) -> Reply:
    """Keep the choice."""
    topic, name = texts.TOPICS[turn.said]
    turn.wants(Subscribe(topic=topic))
    return turn.done(texts.SUBSCRIBED.format(topic=name))


@router.on(text(*texts.UNSUBSCRIBE))
async def unsubscribe(turn: Turn) -> Reply:
    """Leave by one word."""
    turn.wants(Unsubscribe())
    return turn.aside(texts.UNSUBSCRIBED)


@router.on(text(*texts.GUARD))
async def choose_scope(turn: Turn) -> Reply:
    """Ask what the guardian is to be told."""
    return turn.ask_beside(Asked.SCOPE)


@router.on(text(*texts.SCOPES), during(Asked.SCOPE))
async def invite(turn: Turn) -> Reply:
    """Give a code for the family member."""
    turn.wants(InviteGuard(scopes=texts.SCOPES[turn.said]))
    return turn.done(texts.CODE)


@router.on(text(*texts.END_GUARD, *texts.END_AS))
async def end(turn: Turn) -> Reply:
    """Let either side end it by one word; whoever stands on both says which is meant."""
    turn.wants(EndGuard(sides=texts.END_AS.get(turn.said, ())))
    return turn.aside(texts.ENDED)


@router.on(text())
async def take_code(turn: Turn) -> Reply | None:
    """Say what a code asks the guardian to agree to."""
    found = _CODE.fullmatch(turn.said)
    if found is None:
        return None
    turn.wants(AskGuard(code=found.group(1)))
    turn.ask_beside(Asked.AGREE, code=found.group(1))
    return Reply(text=texts.ASKS)


@router.on(text(*texts.AGREE), during(Asked.AGREE))
async def agree(turn: Turn) -> Reply:
    """Let the guardian agree."""
    turn.wants(AgreeGuard(code=turn.answers[f"{BESIDE}code"]))
    return turn.done(texts.AGREED)


@router.on(text(*texts.AGREES))
async def already_agreed(turn: Turn) -> Reply:
    """Nobody asks for it now: it was agreed to already, or the code is missing."""
    return turn.aside(texts.NOTHING_TO_AGREE)


@router.on(text(), during(*Asked))
async def say_again(turn: Turn) -> Reply:
    """Ask again."""
    words = {Asked.TOPIC: texts.SAY_TOPIC, Asked.SCOPE: texts.SAY_SCOPE}
    return Reply(text=words.get(Asked(turn.state), texts.SAY_AGREE))
