"""The alarm of a person: which of their cases speaks of mortal danger, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Resident, Staff
from domain.cases import Case
from domain.deadlines import DueKind
from domain.history import Event
from domain.ids import PersonId, StaffId
from domain.notices import Delivery, NoticeKind
from domain.ports.cases import CaseFilter
from domain.ports.store import Work
from domain.scope import scope_of
from services.notices import NoticeDesk
from services.words import ALARM_TURN

LATEST = 5  #: of somebody's cases; those nobody has acknowledged come first
GONE_OUT = frozenset({Delivery.SENT, Delivery.DELIVERED})
DANGER = "danger"  #: in what is kept of a report: it spoke of danger from its first word
RAISED = frozenset({"case.reported", "case.danger"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Somebody whose danger stands in a case; where staff told it, the case's reporter."""

    person: PersonId
    at: datetime
    themselves: bool


async def alarm_of(work: Work, person: PersonId) -> Case | None:
    """Give the case in which this person told of danger last; one that still rings comes first."""
    cases, _ = await work.cases.page(scope_of(Resident(id=person)), CaseFilter(), limit=LATEST)
    in_danger = [case for case in cases if case.danger]
    theirs = [case for case in in_danger if person in await _persons(work, case)]
    ringing = [case for case in theirs if case.alarmed]
    return next(iter([*ringing, *theirs]), None)


async def tellers_of(work: Work, case: Case) -> Sequence[Teller]:
    """Name whose danger stands in a case, who told of it last at the end.

    It may be the other side: then the reporter is told nothing of it.
    """
    if not case.danger:
        return ()
    told = [one for one in await work.cases.history(case.id) if _tells(one)]
    found = [await _teller(work, case, one) for one in told]
    return found or [Teller(person=case.reporter, at=case.reported_at, themselves=not case.helper)]


async def unseen_tellers(work: Work, case: Case) -> Sequence[PersonId]:
    """Name who told of danger themselves since somebody took care of it last."""
    history = await work.cases.history(case.id)
    seen = max((one.at for one in history if one.kind == "case.danger-seen"), default=None)
    tellers = await tellers_of(work, case)
    new = [one for one in tellers if one.themselves and (seen is None or one.at > seen)]
    return list(dict.fromkeys(one.person for one in new))


def _tells(event: Event) -> bool:
    return event.kind == "case.danger" or (event.kind == "case.reported" and DANGER in event.detail)


async def _teller(work: Work, case: Case, event: Event) -> Teller:
    who, _, key = event.by.partition(":")
    if who != "resident":
        return Teller(person=case.reporter, at=event.at, themselves=False)
    person = await work.people.get(PersonId(key))  # who was merged is somebody else by now
    return Teller(person=person.id, at=event.at, themselves=True)


async def _persons(work: Work, case: Case) -> set[PersonId]:
    return {one.person for one in await tellers_of(work, case)}


async def take_care(
    work: Work, case: Case, staff: Staff, *, notices: NoticeDesk, at: datetime
) -> Sequence[PersonId]:
    """Let somebody take care of an alarm, by name; those who told of it hear so, and are named."""
    tellers = await unseen_tellers(work, case)
    await work.cases.save(*case.see_danger(staff.id, by=staff, at=at))
    await work.dues.drop(DueKind.DANGER, case.id)
    for person in tellers:
        await notices.post(
            work,
            NoticeKind.DANGER_SEEN,
            case_id=case.id,
            to_person=person,
            facts={"name": staff.name},
        )
    return tellers


async def nobody_reached(work: Work, case: Case) -> bool:
    """Say whether an alarm rings of which no message to anybody on duty has gone out yet."""
    if not case.alarmed:
        return False
    return not await reached(work, case)


async def reached(work: Work, case: Case) -> set[StaffId]:
    """Name everybody on duty to whom a message of the alarm has gone out since it was told."""
    since = await raised_at(work, case)
    return {
        one.to_staff
        for one in await work.notices.of_case(case.id)
        if one.kind is NoticeKind.ALARM and one.state in GONE_OUT and one.made_at >= since
        if one.to_staff is not None
    }


async def raised_at(work: Work, case: Case) -> datetime:
    """Say when danger was told in a case last."""
    history = await work.cases.history(case.id)
    return max((one.at for one in history if one.kind in RAISED), default=case.reported_at)


def turn_of(calls_before: int, *, among: int) -> str:
    """Say whose turn a call of the alarm is: the roster is called round after round."""
    round_, place = divmod(calls_before, among)
    return ALARM_TURN.format(round=round_ + 1, place=place + 1)
