"""How a talk with a human is shown at the desk, and what of it has not reached the resident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain import masking
from domain.access import Action, can
from domain.actors import Staff
from domain.cases import Case
from domain.handovers import HandOver, HandOverState, Line
from domain.notices import UNHEARD, Delivery, Notice, NoticeKind
from domain.ports.outside import Clock
from domain.ports.store import Work
from domain.scope import EVERYTHING
from services.settings import Centre
from services.words import DELIVERIES, ENDINGS, why

UNTOLD = UNHEARD | {Delivery.UNKNOWN}
NONE_UNSENT: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """Something said, as the desk shows it."""

    at: datetime
    words: str
    name: str  #: of the member of staff; empty: the resident
    media_id: str
    before: bool
    unsent: str = ""  #: why the resident has not got it yet, or may not have


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverView:
    """A talk as the desk shows it; ``late``: nobody took it within the time set."""

    id: str
    who: str
    phone: str  #: masked
    state: HandOverState
    asked_at: datetime
    changed_at: datetime
    staff_name: str
    late: bool
    mine: bool
    danger: bool  #: whoever writes may be in mortal danger
    rings: bool  #: nobody takes care of that danger yet, and whoever looks may
    seen_by: str  #: who takes care of it
    begun: bool  #: staff spoke first
    ended: str  #: how it ended, in words
    matter_id: str  #: of the daily-life matter of which staff speak
    case_id: str  #: of the case in which danger was told, or of which staff speak
    number: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverViews:
    """Makes the views of talks within a running transaction."""

    centre: Centre
    clock: Clock

    async def whole(self, work: Work, talk: HandOver, staff: Staff) -> HandOverView:
        """Show a talk, and of each answer whether it got there."""
        return await self.line(work, talk, staff, await _unsent(work, talk))

    async def line(
        self, work: Work, talk: HandOver, staff: Staff, unsent: Mapping[str, str] = NONE_UNSENT
    ) -> HandOverView:
        """Show a talk in a list."""
        person = await work.people.get(talk.person_id)
        case = await work.cases.get(talk.case_id, EVERYTHING) if talk.case_id else None
        waits = talk.state is HandOverState.WAITING
        return HandOverView(
            id=talk.id,
            who=masking.name(person.name),
            phone=masking.phone(person.phone) if person.phone else "",
            state=talk.state,
            asked_at=talk.asked_at,
            changed_at=talk.changed_at,
            staff_name=talk.staff_name,
            late=waits and self.clock() - talk.asked_at >= self.centre.answer_within,
            mine=talk.staff_id == staff.id and talk.state is HandOverState.TAKEN,
            danger=talk.danger,
            rings=talk.danger and case is not None and may_take_care(staff, case),
            seen_by=await _seen_by(work, case) if talk.danger else "",
            begun=talk.begun,
            ended=ENDINGS[talk.ended].format(name=talk.staff_name) if talk.ended else "",
            matter_id=talk.matter_id or "",
            case_id=talk.case_id or "",
            number=case.number if case else "",
            lines=tuple(_said(line, unsent) for line in talk.lines),
        )


def may_take_care(staff: Staff, case: Case) -> bool:
    """Does the alarm of a case ring, and may they take it?"""
    return case.alarmed and can(staff, Action.ACKNOWLEDGE, case).allow


async def _seen_by(work: Work, case: Case | None) -> str:
    if case is None or case.danger_seen_by is None:
        return ""
    return (await work.staff.get(case.danger_seen_by)).name


def _said(line: Line, unsent: Mapping[str, str]) -> LineView:
    return LineView(
        at=line.at,
        words=line.words,
        name=line.name,
        media_id=line.media_id or "",
        before=line.before,
        unsent=unsent.get(line.words, "") if line.name else "",
    )


async def _unsent(work: Work, talk: HandOver) -> Mapping[str, str]:
    """Say of what staff wrote, by its words, why the person has not got it."""
    told = await work.notices.of_person(talk.person_id)
    return {
        one.facts.get("say", ""): _why(one)
        for one in reversed(told)
        if one.kind is NoticeKind.HUMAN_SAID
        and one.made_at >= talk.asked_at
        and one.state in UNTOLD
    }


def _why(notice: Notice) -> str:
    """Tell what is known of words that did not go out."""
    return "，".join(filter(None, (DELIVERIES[notice.state], why(notice))))
