"""A person wants to enter the meeting, or to read and sign the agreement."""

from __future__ import annotations

from datetime import timedelta

from bot.choosing import with_chosen, with_one
from bot.routing import DialogueState, Router, Turn, during, text
from bot.texts import deeds
from domain.conversations import CaseLine, Link, Reply

DOORS_OPEN = timedelta(minutes=30)  #: so long before a meeting the chat shows its link


class Asked(DialogueState):
    """What we last asked about a meeting or a paper."""

    ROOM = "room:which"
    PAPER = "sign:which"


def _which_meeting(turn: Turn) -> str:
    return deeds.which_meeting(_meetings(turn))


def _which_paper(turn: Turn) -> str:
    return deeds.which_paper(_papers(turn))


router = Router("room", questions={Asked.ROOM: _which_meeting, Asked.PAPER: _which_paper})


@router.on(text(*deeds.ENTER_ROOM))
async def enter(turn: Turn) -> Reply:
    """Show the door of the room, or say when the meeting is."""
    if not _meetings(turn):
        return turn.aside(deeds.no_meeting(turn.known.cases))
    return with_one(turn, _meetings(turn), Asked.ROOM, _show_door)


@router.on(text(), during(Asked.ROOM))
async def enter_chosen(turn: Turn) -> Reply:
    """Show the door of the chosen meeting."""
    return with_chosen(turn, _meetings(turn), _show_door)


@router.on(text(*deeds.READ_PAPER))
async def sign(turn: Turn) -> Reply:
    """Show the paper that waits for this person, or say what is waited for."""
    if not _papers(turn):
        return turn.aside(deeds.nothing_to_sign(turn.known.cases))
    return with_one(turn, _papers(turn), Asked.PAPER, _show_paper)


@router.on(text(), during(Asked.PAPER))
async def sign_chosen(turn: Turn) -> Reply:
    """Show the chosen paper."""
    return with_chosen(turn, _papers(turn), _show_paper)


def _meetings(turn: Turn) -> list[CaseLine]:
    return [case for case in turn.known.cases if case.meeting_at is not None]


def _papers(turn: Turn) -> list[CaseLine]:
    return [case for case in turn.known.cases if case.page == "sign"]


def _show_door(turn: Turn, case: CaseLine) -> Reply:
    starts = case.meeting_at or turn.message.sent_at
    if starts - turn.message.sent_at > DOORS_OPEN or not case.room_url:
        return turn.done(deeds.meeting_later(case, starts, phone=turn.known.office_phone))
    link = Link(title=deeds.ENTER, url=case.room_url)
    return turn.done(deeds.meeting_now(case, starts, phone=turn.known.office_phone), link)


def _show_paper(turn: Turn, case: CaseLine) -> Reply:
    return turn.done(deeds.please_sign(case), Link(title=deeds.SIGN, url=case.open_url))
