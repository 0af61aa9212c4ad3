"""The siren of a case in danger: it calls who is on duty, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.actors import SYSTEM, Actor
from domain.cases import Case
from domain.danger import tells_no_more
from domain.deadlines import DueKind
from domain.history import Event
from domain.notices import NoticeKind
from domain.people import StaffMember
from domain.ports.outside import Chance, Clock
from domain.ports.store import Work
from services.alarms import turn_of
from services.dues import set_due
from services.duty import on_duty
from services.filed import Filed, filed_as
from services.notices import NoticeDesk
from services.settings import Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Siren:
    """Calls who is on duty for the region of a case."""

    clock: Clock
    chance: Chance
    notices: NoticeDesk
    centre: Centre

    async def roster(self, work: Work, region: str) -> Sequence[StaffMember]:
        """Give who is called, in turn."""
        return await on_duty(work, region, centre=self.centre.region)

    async def sound(
        self,
        work: Work,
        case: Case,
        by: Actor,
        danger: Mapping[str, str],
        *told: Event,
        again: bool = False,
    ) -> Filed:
        """Keep a case with its danger; call who is on duty unless they are being called already.

        ``danger`` gives the sentence of each sign; while it rings, what tells no more is not new.
        """
        ringing = case.alarmed and not again
        before = case.danger if case.alarmed else ()
        new = [
            sentence
            for sentence in dict.fromkeys(danger.values())
            if not any(tells_no_more(sentence, one) for one in before)
        ]
        events = list(told)
        if new:
            case, noted = case.alarm(new, by=by, at=self.clock())
            events.append(noted)
        rings = case.alarmed and not ringing and bool(new or again)
        roster = await self.roster(work, case.region)
        if rings and not roster:
            events.append(self.unheard(case))
        if events:
            await work.cases.save(case, *events)
        if rings:
            await self.ring(work, case, roster)
        return await filed_as(work, case, roster, self.centre)

    async def ring(self, work: Work, case: Case, roster: Sequence[StaffMember]) -> None:
        """Tell the first on duty now and let the next one follow a little later."""
        for member in roster[:1]:
            await self.notices.post(
                work,
                NoticeKind.ALARM,
                case_id=case.id,
                to_staff=member.id,
                facts={"url": self.centre.desk_page(case.id), "turn": turn_of(0, among=1)},
            )
        at = self.clock() + self.centre.next_alarm_after
        await set_due(work, self.chance, DueKind.DANGER, case.id, at=at, version=1)

    def unheard(self, case: Case) -> Event:
        """Note that a case in danger found nobody on duty."""
        return Event(
            subject=case.id,
            case_id=case.id,
            kind="case.nobody-on-duty",
            by=SYSTEM.ref,
            at=self.clock(),
        )
