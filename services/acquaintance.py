"""What a dialogue may know of the person it talks to."""

from __future__ import annotations

from dataclasses import dataclass

from domain.cases import GOING_ON, Case, Spot
from domain.codes import Purpose
from domain.conversations import CaseLine, Known, MatterLine, Talk
from domain.glances import Glance
from domain.ids import PersonId
from domain.people import Person
from domain.places import propose_cell
from domain.ports.outside import Clock
from domain.ports.store import Work
from services.alarms import alarm_among, latest_of
from services.duty import on_duty
from services.helping import helper_of
from services.matter_views import MatterViews
from services.next_steps import LIVE, RATEABLE, next_step, page_for, rated, room_for
from services.settings import Centre
from services.standing import wishes_held
from services.who_hears import WhoHears
from services.words import CASE_STATES, STAGES

MOST_MATTERS = 4  #: of somebody's daily-life matters that the chat speaks of


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """Tells a dialogue about its person: cases, matters, alarm, and what the centre offers."""

    centre: Centre
    clock: Clock
    listens: bool = False  #: are voices written down and offered to be confirmed?

    def glance(self, person: Person, talk: Talk) -> Known:
        """Tell a dialogue what needs no look at the person's cases."""
        return Glance(
            talk=talk,
            named=bool(person.name and person.phone),
            office_phone=self.centre.phone,
            pages_url=self.centre.public_url,
        )

    async def known(
        self, work: Work, person: Person, talk: Talk, *, point: Spot | None = None
    ) -> Known:
        """Tell a dialogue what it may know of the person it talks to."""
        cases = await latest_of(work, person.id)
        lines = [await self._line(work, case, person.id) for case in cases]
        region = cases[0].region if cases else self.centre.region
        duty = await on_duty(work, region, centre=self.centre.region)
        waiting = await work.cases.unfinished_of(person.id)
        handed = await work.hand_overs.open_of(person.id)
        alarm = await alarm_among(work, cases, person.id)
        heard = await WhoHears(centre=self.centre, clock=self.clock).of_alarm(work, alarm)
        return Known(
            talk=talk,
            named=bool(person.name and person.phone),
            cases=tuple(lines),
            matters=await self._matters(work, person.id),
            office_phone=self.centre.phone,
            hotline_name=duty[0].name if duty else self.centre.name,
            pages_url=self.centre.public_url,
            demo=self.centre.demo,
            open_now=self.centre.hours.open_at(self.clock().astimezone(self.centre.zone)),
            office_hours=self.centre.hours.spoken,
            helps=await helper_of(work, person.id) is not None,
            cell=await _cell_at(work, point) if point else "",
            begun=waiting.number if waiting else "",
            human_asked=handed is not None,
            danger_talk=handed is not None and handed.danger,
            alarm_told=heard.told,
            called=heard.names,
            listens=self.listens,
            wishes=await wishes_held(work, person),
        )

    async def _matters(self, work: Work, person: PersonId) -> tuple[MatterLine, ...]:
        views = MatterViews(centre=self.centre, clock=self.clock)
        own = await work.matters.of_person(person, limit=MOST_MATTERS)
        return tuple([await views.spoken(work, one) for one in own])

    async def _line(self, work: Work, case: Case, person: PersonId) -> CaseLine:
        step = await next_step(work, case, person)
        token = await work.tokens.text(Purpose.CASE, case.id)
        page = await page_for(work, case, person, self.centre.public_url)
        meetings = [
            one.starts_at for one in await work.meetings.of_case(case.id) if one.state in LIVE
        ]
        papers = await work.agreements.of_case(case.id)
        return CaseLine(
            case_id=case.id,
            number=case.number,
            state=CASE_STATES[case.state],
            next_step=step.words,
            due=None if step.overdue else step.due,
            code_url=self.centre.case_code(token),
            open_url=page,
            page=page.split("/")[-2] if page else "",
            meeting_at=min(meetings, default=None),
            room_url=await room_for(work, case, person, self.centre.public_url) if meetings else "",
            paper=STAGES[papers[0].stage] if papers else "",
            who=(await work.staff.get(case.mediator)).name if case.mediator else "",
            rated=case.state in RATEABLE and await rated(work, case, person),
            over=case.state not in GOING_ON,
        )


async def _cell_at(work: Work, point: Spot) -> str:
    """Name the grid cell that holds the point."""
    cells = await work.cells.all()
    found = propose_cell(cells, point)
    return next((cell.name for cell in cells if found.sure and cell.id == found.value), "")
