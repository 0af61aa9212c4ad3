"""A person follows, leaves, or scans a code that may name a case."""

from __future__ import annotations

import re

from bot.offering import offering
from bot.routing import Router, Turn, event
from bot.texts import chat as texts
from domain.conversations import Follow, Link, Reply

router = Router("welcome")

_CASE_SCENE = re.compile(r"c_([a-z2-7]{26})")  #: ``c_`` and the token of a case code


@router.on(event("subscribe"))
async def greet(turn: Turn) -> Reply:
    """Say what can be done here; somebody who scanned a case's code sees that first."""
    turn.wants(Follow(following=True))
    return _with_case(turn, texts.WELCOME)


@router.on(event("scan"))
async def scan(turn: Turn) -> Reply:
    """Show the case the code names."""
    return _with_case(turn, texts.HELP_WORDS)


@router.on(event("unsubscribe"))
async def leave(turn: Turn) -> Reply:
    """Note that the person can't be reached here any more; nobody hears a reply."""
    turn.wants(Follow(following=False))
    return Reply(text="")


def _with_case(turn: Turn, words: str) -> Reply:
    named = _CASE_SCENE.fullmatch(turn.message.event_key)
    if named is None:
        return offering(turn, words)
    url = f"{turn.known.pages_url}/c/{named.group(1)}"
    link = Link(title=texts.CASE_LINK, url=url)
    return offering(turn, f"{texts.CASE_OF_CODE}\n\n{words}", link)
