"""What happens next in a case, by when, and the one page that matters now to a party."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.agreements import Draft, Inked, Signing
from domain.cases import Case, CaseState
from domain.codes import Purpose
from domain.deadlines import TERMS, Due, DueKind
from domain.errors import NotFound
from domain.ids import PersonId
from domain.meetings import MeetingState
from domain.ports.store import Work
from services.views import NextStep
from services.words import (
    ANOTHER_MEDIATOR,
    BETWEEN_MEETINGS,
    NEXT_STEPS,
    ORIGINAL_TO_CHECK,
    OVERDUE,
    PAPER_AND_INK,
    RATED,
)

RATEABLE = (CaseState.PERFORMED, CaseState.ARCHIVED)
LIVE = (MeetingState.FIXED, MeetingState.OPEN)
LEFT_OF_THE_DAY = timedelta(
    hours=14, minutes=59
)  #: after the reminder at 9:00, paperwork.REMIND_AT

#: Which deadline belongs to the next step of a state.
WAITS_FOR: Mapping[CaseState, DueKind] = MappingProxyType(
    {
        CaseState.REPORTED: DueKind.REGISTER,
        CaseState.DISPATCHED: DueKind.ACCEPT,
        CaseState.SIGNING: DueKind.SIGNING_ENDS,
        CaseState.PERFORMING: DueKind.OBLIGATION,
        CaseState.PERFORMED: DueKind.FOLLOW_UP,
    }
)


async def next_step(work: Work, case: Case, person: PersonId | None = None) -> NextStep:
    """Say the next step with the soonest open deadline of the case and what belongs to it.

    A ``person`` is not asked again for what they have done.
    """
    if case.state is CaseState.MEDIATING and case.without_mediator:
        return NextStep(words=ANOTHER_MEDIATOR)
    if case.state is CaseState.MEDIATING:
        return await _talks(work, case)
    wanted, words = WAITS_FOR.get(case.state), NEXT_STEPS[case.state]
    if case.state is CaseState.SIGNING and (inked := await _inked(work, case)) is not None:
        wanted = DueKind.INK_SIGNING
        words = PAPER_AND_INK if inked.original is None else ORIGINAL_TO_CHECK
    if case.state is CaseState.PERFORMED and await rated(work, case, person):
        words = RATED
    subjects = [case.id, *await _subjects(work, case)]
    dues = await work.dues.of_subjects(subjects)
    soonest = next((due for due in dues if due.kind is wanted), None)
    if soonest is not None:
        return NextStep(words=words, due=_end_of(soonest), basis=TERMS[soonest.kind].basis)
    missed = await _missed(work, case)
    if wanted is None or missed is None:
        return NextStep(words=words)
    basis = TERMS[wanted].basis
    return NextStep(words=words, due=missed, by=OVERDUE, basis=basis, overdue=True)


async def _missed(work: Work, case: Case) -> datetime | None:
    """Say when the deadline of the next step was over, if it was.

    What fell due has been told and is no row any more; the deed is still to be done.
    """
    if case.state is CaseState.REPORTED:
        return case.reported_at + TERMS[DueKind.REGISTER].span
    if case.state not in (CaseState.DISPATCHED, CaseState.PERFORMED):
        return None
    newest = {one.kind: one.at for one in await work.cases.history(case.id)}
    if case.state is CaseState.PERFORMED:
        return None if "case.followed-up" in newest else newest.get("case.follow-up-due")
    dispatched = newest.get("case.dispatched")
    return dispatched + TERMS[DueKind.ACCEPT].span if dispatched else None


def _end_of(due: Due) -> datetime:
    """Say until when; the reminder of a promise comes in the morning of its last day."""
    return due.due_at + LEFT_OF_THE_DAY if due.kind is DueKind.OBLIGATION else due.due_at


async def _inked(work: Work, case: Case) -> Inked | None:
    newest = (await work.agreements.of_case(case.id))[:1]
    return next((one for one in newest if isinstance(one, Inked)), None)


async def rated(work: Work, case: Case, person: PersonId | None) -> bool:
    """Has this person rated the service, or, for whoever else looks, has every party?"""
    given = {rating.person_id for rating in await work.ratings.of_case(case.id)}
    asked = {person} if person else {party.person_id for party in case.parties}
    return asked <= given


async def _talks(work: Work, case: Case) -> NextStep:
    """While people talk, the next meeting counts; after it, what the mediator makes of it."""
    times = [one.starts_at for one in await work.meetings.of_case(case.id) if one.state in LIVE]
    if not times:
        return NextStep(words=BETWEEN_MEETINGS)
    return NextStep(words=NEXT_STEPS[case.state], due=min(times), by="时间")


async def page_for(work: Work, case: Case, person: PersonId, public_url: str) -> str:
    """Give the address of the page that waits for this party, or an empty text."""
    purpose = await _waiting(work, case, person)
    return "" if purpose is None else await _invitation(work, purpose, case, person, public_url)


async def room_for(work: Work, case: Case, person: PersonId, public_url: str) -> str:
    """Give the address of this party's invitation to the next meeting, or an empty text."""
    return await _invitation(work, Purpose.ROOM, case, person, public_url)


async def _invitation(
    work: Work, purpose: Purpose, case: Case, person: PersonId, public_url: str
) -> str:
    try:
        secret = await work.tokens.text(purpose, f"{case.id}/{person}")
    except NotFound:
        return ""
    return f"{public_url}/{purpose}/{secret}"


async def _waiting(work: Work, case: Case, person: PersonId) -> Purpose | None:
    if case.state in RATEABLE:
        return None if await rated(work, case, person) else Purpose.RATE
    for agreement in (await work.agreements.of_case(case.id))[:1]:
        if isinstance(agreement, Signing):
            waiting = {agreement.signer(field).person_id for field in agreement.waiting_for}
            return Purpose.SIGN if person in waiting else None
        if isinstance(agreement, Draft) and person not in agreement.confirmed_by:
            return Purpose.SIGN
    meetings = await work.meetings.of_case(case.id)
    return Purpose.ROOM if any(meeting.state in LIVE for meeting in meetings) else None


async def _subjects(work: Work, case: Case) -> list[str]:
    meetings = await work.meetings.of_case(case.id)
    agreements = await work.agreements.of_case(case.id)
    obligations = await work.obligations.of_case(case.id)
    return [
        *(meeting.id for meeting in meetings),
        *(agreement.id for agreement in agreements),
        *(obligation.id for obligation in obligations),
    ]
