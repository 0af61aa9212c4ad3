"""The alarm of a person: which of their cases speaks of mortal danger, who told it, and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import ActorRef, Resident, Staff
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
SENDING = timedelta(seconds=30)  #: so long a message may be on its way before anybody worries
GONE_OUT = frozenset({Delivery.SENT, Delivery.DELIVERED})
DANGER = "danger"  #: in what is kept of a report: it spoke of danger from its first word
RAISED = frozenset({"case.reported", "case.danger"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Somebody whose danger stands in a case; where staff told it, the case's reporter."""

    person: PersonId
    at: datetime
    themselves: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The danger that was told in a case; the reporter hears nothing of the other side's."""

    case: Case
    tellers: tuple[Teller, ...]  #: who told of it last at the end; nobody in a calm case
    raised_at: datetime  #: when it was told last
    seen_at: datetime | None  #: when somebody took care of it last

    @property
    def in_danger(self) -> Sequence[PersonId]:
        """Whose danger it is, in the order in which it was told."""
        return list(dict.fromkeys(one.person for one in self.tellers))

    @property
    def meant(self) -> Sequence[PersonId]:
        """With whom to speak: who told of danger, the last one first; else who reported it."""
        told = dict.fromkeys(one.person for one in reversed(self.tellers))
        return list(told) or [self.case.reporter]

    @property
    def unseen(self) -> Sequence[PersonId]:
        """Who told of danger themselves since somebody took care of it."""
        own = [one for one in self.tellers if one.themselves]
        new = [one for one in own if self.seen_at is None or one.at > self.seen_at]
        return list(dict.fromkeys(one.person for one in new))


async def alarm_of(work: Work, person: PersonId) -> Alarm | None:
    """Give what this person told of danger last; a case that still rings comes first."""
    return await alarm_among(work, await latest_of(work, person), person)


async def latest_of(work: Work, person: PersonId) -> Sequence[Case]:
    """Give somebody's latest cases, those that ring first."""
    cases, _ = await work.cases.page(scope_of(Resident(id=person)), CaseFilter(), limit=LATEST)
    return cases


async def alarm_among(work: Work, latest: Sequence[Case], person: PersonId) -> Alarm | None:
    """Give what this person told of danger last in one of their latest cases."""
    told = [await alarm_in(work, case) for case in latest if case.danger]
    theirs = [one for one in told if person in one.in_danger]
    ringing = [one for one in theirs if one.case.alarmed]
    return next(iter([*ringing, *theirs]), None)


async def alarm_in(work: Work, case: Case, history: Sequence[Event] | None = None) -> Alarm:
    """Give what was told of danger in a case; its ``history`` may have been read already."""
    told = await work.cases.history(case.id) if history is None else history
    return Alarm(
        case=case,
        tellers=await _tellers(work, case, told) if case.danger else (),
        raised_at=_last(told, RAISED) or case.reported_at,
        seen_at=_last(told, {"case.danger-seen"}),
    )


async def take_care(
    work: Work, case: Case, staff: Staff, *, notices: NoticeDesk, at: datetime
) -> Sequence[PersonId]:
    """Let somebody take care of an alarm, by name; those who told of it hear so, and are named."""
    told = (await alarm_in(work, case)).unseen
    await work.cases.save(*case.see_danger(staff.id, by=staff, at=at))
    await work.dues.drop(DueKind.DANGER, case.id)
    for person in told:
        await notices.post(
            work,
            NoticeKind.DANGER_SEEN,
            case_id=case.id,
            to_person=person,
            facts={"name": staff.name},
        )
    return told


async def reached(work: Work, alarm: Alarm) -> set[StaffId]:
    """Name everybody on duty to whom a message of the alarm has gone out since it was told."""
    return {
        one.to_staff
        for one in await work.notices.of_case(alarm.case.id)
        if one.kind is NoticeKind.ALARM and one.state in GONE_OUT
        if one.made_at >= alarm.raised_at and one.to_staff is not None
    }


async def nobody_reached(work: Work, alarm: Alarm, *, now: datetime) -> bool:
    """Say whether an alarm rings of which no message to anybody on duty went out in good time."""
    if not alarm.case.alarmed or now < alarm.raised_at + SENDING:
        return False
    return not await reached(work, alarm)


def turn_of(calls_before: int, *, among: int) -> str:
    """Say whose turn a call of the alarm is: the roster is called round after round."""
    round_, place = divmod(calls_before, among)
    return ALARM_TURN.format(round=round_ + 1, place=place + 1)


async def _tellers(work: Work, case: Case, history: Sequence[Event]) -> tuple[Teller, ...]:
    told = [one for one in history if _tells(one)]
    who = {by: await _resident(work, by) for by in {one.by for one in told}}
    found = tuple(_teller(case, one, who[one.by]) for one in told)
    reported = Teller(person=case.reporter, at=case.reported_at, themselves=not case.helper)
    return found or (reported,)


def _tells(event: Event) -> bool:
    return event.kind == "case.danger" or (event.kind == "case.reported" and DANGER in event.detail)


async def _resident(work: Work, by: ActorRef) -> PersonId | None:
    """Name the resident behind a deed; who was merged is somebody else by now."""
    kind, _, key = by.partition(":")
    return (await work.people.get(PersonId(key))).id if kind == "resident" else None


def _teller(case: Case, event: Event, resident: PersonId | None) -> Teller:
    person = resident or case.reporter
    return Teller(person=person, at=event.at, themselves=resident is not None)


def _last(history: Sequence[Event], kinds: Collection[str]) -> datetime | None:
    return max((one.at for one in history if one.kind in kinds), default=None)
