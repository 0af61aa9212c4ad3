"""What somebody at a meeting is called."""

from __future__ import annotations

from collections.abc import Sequence

from domain.companions import Companion
from domain.ids import StaffId
from domain.meetings import Attendee, Meeting
from domain.ports.rooms import SeatRole
from domain.ports.store import Work
from domain.presence import companions_in
from services.words import PARTY_WITHOUT_NAME


async def name_of(work: Work, attendee: Attendee) -> str:
    """Give the name of an attendee, as it is known now."""
    if attendee.person_id is not None:
        return (await work.people.get(attendee.person_id)).name or PARTY_WITHOUT_NAME
    return (await work.staff.get(StaffId(attendee.staff_id or ""))).name


async def names_by_device(work: Work, meeting: Meeting, recording: str) -> dict[str, str]:
    """Name everybody at each device, the mediator's first: a voice there may be any of theirs.

    Of companions those who were there in what the recording is of, the table or a talk apart.
    """
    order = sorted(meeting.attendees, key=lambda one: one.role is not SeatRole.MEDIATOR)
    aside = next((one for one in meeting.asides if one.id == recording), None)
    company = companions_in(meeting, await work.cases.history(meeting.case_id), aside)
    return {
        one.participant: "、".join([await name_of(work, one), *_beside(company, one)])
        for one in order
    }


def _beside(company: Sequence[Companion], attendee: Attendee) -> list[str]:
    return [one.name for one in company if one.participant == attendee.participant]
