"""What becomes of a mediator's cases when the mediator is no longer one."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actors import SYSTEM, Role
from domain.cases import IN_HAND, Case
from domain.deadlines import DueKind
from domain.ids import CaseId, StaffId
from domain.jobs import HandBackCases
from domain.meetings import MeetingState
from domain.ports.cases import CaseFilter
from domain.ports.outside import Bus, Clock
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.contention import built_upon
from services.meetings import MeetingDesk
from services.rooms import review_rooms
from services.tidings import case_changed
from services.words import MEDIATOR_LEFT

AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureDesk:
    """Hands the open cases of whoever left back to the centre; a job worker does it."""

    store: Store
    clock: Clock
    bus: Bus
    meetings: MeetingDesk

    async def hand_back(self, job: HandBackCases) -> None:
        """Give every open case of this mediator back, unless they are a mediator again."""
        while cases := await self._left_behind(job.staff_id):
            for case_id in cases:
                await self._hand_back(case_id, job.staff_id)
                await case_changed(self.bus, case_id)

    async def _left_behind(self, staff_id: StaffId) -> list[CaseId]:
        wanted = CaseFilter(states=IN_HAND, mediator=staff_id)
        async with self.store.read() as work:
            member = await work.staff.get(staff_id)
            if member.active and Role.MEDIATOR in member.roles:
                return []
            found, _ = await work.cases.page(EVERYTHING, wanted, limit=AT_ONCE)
        return [case.id for case in found]

    @built_upon
    async def _hand_back(self, case_id: CaseId, staff_id: StaffId) -> None:
        async with self.store.begin() as work:
            case = await work.cases.get(case_id, EVERYTHING)
            if case.mediator != staff_id or case.state not in IN_HAND:
                return  # somebody dispatched or ended it meanwhile
            handed, event = case.hand_back(MEDIATOR_LEFT, by=SYSTEM, at=self.clock())
            await work.cases.save(handed, event)
            await work.dues.drop(DueKind.ACCEPT, case_id)
            await self._clear_the_room(work, case)

    async def _clear_the_room(self, work: Work, case: Case) -> None:
        """Call off what was fixed, and end what goes on: nobody leads it any more."""
        for meeting in await work.meetings.of_case(case.id):
            if meeting.state is MeetingState.FIXED:
                await self.meetings.call_off(work, case, meeting, by=SYSTEM, reason=MEDIATOR_LEFT)
            elif meeting.state is MeetingState.OPEN:
                ended, event = meeting.end(by=SYSTEM, at=self.clock())
                await work.meetings.save(ended, event)
        await review_rooms(work, case.id)
