"""Staff speak first: with whom of a case or matter they may begin a talk in the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Action, can
from domain.actors import Actor, Staff
from domain.errors import NotFound
from domain.ids import CaseId, MatterId, PersonId
from domain.matters import Matter
from domain.ports.store import Work
from domain.scope import scope_of
from services.alarms import alarm_in
from services.following import chat_with
from services.handovers import HandOverDesk, may_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterTalk:
    """How who reported a matter is spoken to now; neither: by phone, if at all."""

    open: str = ""  #: the talk that goes on
    to_begin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaching:
    """Where staff begin a talk with somebody who asked for none, or whose talk is over."""

    hand_overs: HandOverDesk

    async def in_case(self, actor: Actor, case_id: CaseId) -> Sequence[PersonId]:
        """Name who of a case can be spoken to first; nobody, if this member may not."""
        if not may_answer(actor):
            return ()
        async with self.hand_overs.store.read() as work:
            case = await work.cases.get(case_id, scope_of(actor))
            meant = (await alarm_in(work, case)).meant
            return [one for one in meant if await self._waits_for_us(work, one)]

    async def begin(self, actor: Actor, case_id: CaseId, person: PersonId) -> str:
        """Begin a talk with whoever reported a case, or told of danger in it; name the talk."""
        if not may_answer(actor):
            raise NotFound(case_id)
        async with self.hand_overs.store.read() as work:
            case = await work.cases.get(case_id, scope_of(actor))
            if person not in (await alarm_in(work, case)).meant:
                raise NotFound(person)
        return await self.hand_overs.begin(actor, person, case)

    async def about_matter(self, actor: Actor, matter_id: MatterId) -> MatterTalk:
        """Name the open talk with who reported a matter, or say that one can be begun."""
        if not may_answer(actor):
            return MatterTalk()
        async with self.hand_overs.store.read() as work:
            matter = await _handled(work, actor, matter_id)
            talk = await work.hand_overs.open_of(matter.reporter)
            if talk is not None and talk.region.startswith(actor.region):
                return MatterTalk(open=talk.id)
            return MatterTalk(to_begin=await self._waits_for_us(work, matter.reporter))

    async def begin_about_matter(self, actor: Actor, matter_id: MatterId) -> str:
        """Begin a talk with who reported a daily-life matter; name the talk."""
        if not may_answer(actor):
            raise NotFound(matter_id)
        async with self.hand_overs.store.read() as work:
            matter = await _handled(work, actor, matter_id)
        return await self.hand_overs.begin(actor, matter.reporter, matter)

    async def _waits_for_us(self, work: Work, person: PersonId) -> bool:
        if await chat_with(work, person, self.hand_overs.centre) is None:
            return False
        return await work.hand_overs.open_of(person) is None


async def _handled(work: Work, staff: Staff, matter_id: MatterId) -> Matter:
    matter = await work.matters.get(matter_id, scope_of(staff))
    if not can(staff, Action.HANDLE_MATTER, matter).allow:
        raise NotFound(matter_id)
    return matter
