"""The alarm of a person: which of their cases speaks of mortal danger, and since when."""

from __future__ import annotations

from datetime import datetime

from domain.actors import Resident
from domain.cases import Case
from domain.ids import PersonId
from domain.notices import Delivery, NoticeKind
from domain.ports.cases import CaseFilter
from domain.ports.store import Work
from domain.scope import scope_of
from services.words import ALARM_TURN

LATEST = 5  #: of somebody's cases; those nobody has acknowledged come first
GONE_OUT = frozenset({Delivery.SENT, Delivery.DELIVERED})
RAISED = frozenset({"case.reported", "case.danger"})


async def alarm_of(work: Work, person: PersonId) -> Case | None:
    """Give the case in which this person told of danger last; one that still rings comes first."""
    cases, _ = await work.cases.page(scope_of(Resident(id=person)), CaseFilter(), limit=LATEST)
    theirs = [case for case in cases if case.danger and case.reporter == person]
    ringing = [case for case in theirs if case.alarmed]
    return next(iter([*ringing, *theirs]), None)


async def nobody_reached(work: Work, case: Case) -> bool:
    """Say whether an alarm rings of which no message to anybody on duty has gone out yet."""
    if not case.alarmed:
        return False
    since = await raised_at(work, case)
    return not any(
        one.kind is NoticeKind.ALARM and one.state in GONE_OUT and one.made_at >= since
        for one in await work.notices.of_case(case.id)
    )


async def raised_at(work: Work, case: Case) -> datetime:
    """Say when danger was told in a case last."""
    history = await work.cases.history(case.id)
    return max((one.at for one in history if one.kind in RAISED), default=case.reported_at)


def turn_of(calls_before: int, *, among: int) -> str:
    """Say whose turn a call of the alarm is: the roster is called round after round."""
    round_, place = divmod(calls_before, among)
    return ALARM_TURN.format(round=round_ + 1, place=place + 1)
