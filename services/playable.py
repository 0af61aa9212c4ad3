"""What of a meeting's recordings somebody may list and play."""

from __future__ import annotations

from domain.access import Action, can
from domain.actors import Actor, Resident, Staff
from domain.ids import MeetingId
from domain.meetings import Aside, Meeting
from domain.ports.rooms import Segment
from domain.ports.store import Work
from services.desk_rules import case_for


async def recordings_for(work: Work, actor: Actor, meeting: Meeting) -> tuple[str, ...]:
    """Name the recordings: nothing for the table, and the talks apart that this actor was in."""
    case = await case_for(work, actor, Action.PLAY, meeting.case_id)
    if not can(actor, Action.PLAY_ASIDE, case).allow:
        return ("",)
    asides = [
        aside.id
        for aside in meeting.asides
        if isinstance(actor, Staff) or _was_in(meeting, aside, actor)
    ]
    return ("", *asides)


async def playable(work: Work, actor: Actor, meeting: Meeting) -> tuple[tuple[str, Segment], ...]:
    """Give the table's segments, and those of the talks apart that this actor was in."""
    return tuple(
        [
            (aside, one)
            for aside in await recordings_for(work, actor, meeting)
            for one in await work.meetings.segments(MeetingId(aside or meeting.id))
        ]
    )


def _was_in(meeting: Meeting, aside: Aside, actor: Actor) -> bool:
    seats = [one for one in meeting.attendees if one.participant in aside.members]
    return isinstance(actor, Resident) and any(one.person_id == actor.id for one in seats)
