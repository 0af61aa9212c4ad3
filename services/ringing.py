"""Alarms that ring side by side: whoever is on duty is called once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.cases import Case
from domain.notices import UNHEARD, Notice, NoticeKind
from domain.people import StaffMember
from domain.ports.cases import CaseFilter
from domain.ports.store import Work
from domain.scope import EVERYTHING
from services.alarms import alarm_in, reached
from services.duty import on_duty

MOST_TOGETHER = 50  #: alarms that one call can stand for


async def ringing_with(
    work: Work, case: Case, roster: Sequence[StaffMember], *, centre: str
) -> list[Case]:
    """Give the other cases whose alarm calls the same people."""
    listed, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=MOST_TOGETHER)
    rosters = {case.region: list(roster)}
    beside = []
    for other in listed:
        if not other.alarmed or other.id == case.id:
            continue
        if other.region not in rosters:
            rosters[other.region] = await on_duty(work, other.region, centre=centre)
        if rosters[other.region] == list(roster):
            beside.append(other)
    return beside


async def is_covered(work: Work, case: Case, beside: Sequence[Case], *, since: datetime) -> bool:
    """Were they called of another alarm just now, and of this one before?"""
    if not beside or not await reached(work, await alarm_in(work, case)):
        return False
    for other in beside:
        told = await work.notices.of_case(other.id)
        if any(_may_be_heard(one) and one.made_at > since for one in told):
            return True
    return False


def _may_be_heard(notice: Notice) -> bool:
    """Is it a call of an alarm that went out, or is about to?"""
    return notice.kind is NoticeKind.ALARM and notice.state not in UNHEARD
