"""Who has to leave a live room when something changes at the centre; a job sees to it."""

from __future__ import annotations

from collections.abc import Callable

from domain.ids import CaseId, PersonId, StaffId
from domain.jobs import ReviewRooms
from domain.meetings import Attendee
from domain.ports.store import Work


async def review_rooms(work: Work, case_id: CaseId) -> None:
    """Have the rooms of a case looked at, once this transaction is kept."""
    await work.jobs.add(ReviewRooms(case_id))


async def review_rooms_of_staff(work: Work, staff_id: StaffId) -> None:
    """Have the rooms looked at that somebody of the centre may be in."""
    await _review(work, lambda one: one.staff_id == staff_id)


async def review_rooms_of_person(work: Work, person_id: PersonId) -> None:
    """Have the rooms looked at that a resident may be in."""
    await _review(work, lambda one: one.person_id == person_id)


async def _review(work: Work, concerned: Callable[[Attendee], bool]) -> None:
    for meeting in await work.meetings.going_on():
        if any(concerned(one) for one in meeting.attendees):
            await review_rooms(work, meeting.case_id)
