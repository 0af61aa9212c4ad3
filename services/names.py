"""What somebody at a meeting is called."""

from __future__ import annotations

from domain.ids import StaffId
from domain.meetings import Attendee
from domain.ports.store import Work
from services.words import PARTY_WITHOUT_NAME


async def name_of(work: Work, attendee: Attendee) -> str:
    """Give the name of an attendee, as it is known now."""
    if attendee.person_id is not None:
        return (await work.people.get(attendee.person_id)).name or PARTY_WITHOUT_NAME
    return (await work.staff.get(StaffId(attendee.staff_id or ""))).name
