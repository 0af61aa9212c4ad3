"""The intake: a new case with its number, its proposals, its deadline and its code."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actors import Resident, Role
from domain.cases import Case, Party, Proposal, Report, Side, Spot
from domain.codes import Purpose, Token
from domain.deadlines import TERMS, DueKind
from domain.history import Event
from domain.ids import CaseId, PersonId
from domain.jobs import CheckContent
from domain.ports.outside import Chance, Clock
from domain.ports.store import Work
from domain.proposals import propose
from domain.taxonomy import TypeCode
from services.alarms import DANGER
from services.dues import set_due
from services.duty import those_with
from services.filed import Filed, filed_as
from services.helping import Helping
from services.media import MediaDesk
from services.notices import NoticeDesk
from services.settings import Centre
from services.sirens import Siren
from services.stories import story_of
from services.told_danger import danger_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Makes cases of what is told."""

    clock: Clock
    chance: Chance
    notices: NoticeDesk
    media: MediaDesk
    centre: Centre

    @property
    def siren(self) -> Siren:
        """What calls who is on duty, where danger is told."""
        return Siren(clock=self.clock, chance=self.chance, notices=self.notices, centre=self.centre)

    @property
    def helping(self) -> Helping:
        """Who is found for whom somebody reports."""
        return Helping(chance=self.chance, demo=self.centre.demo)

    async def case(self, work: Work, report: Report, reporter: PersonId) -> Case:
        """Make a case of a report; it is kept once it is opened."""
        year = self.clock().astimezone(self.centre.zone).year
        count = await work.cases.next_number("case", year)
        proposal, region = await self.proposed(work, report.story, report.spot, report.kind_told)
        return Case(
            id=CaseId(self.chance.id()),
            number=f"〔{year}〕{self.centre.number_word}综字第{count:04d}号",
            reporter=reporter,
            story=story_of(report, alarmed=bool(danger_in(report))),
            spot=report.spot,
            region=region,
            reported_at=self.clock(),
            proposal=proposal,
            parties=(Party(person_id=reporter, side=Side.APPLICANT),),
            media=report.media,
        )

    async def proposed(
        self, work: Work, story: str, spot: Spot, chosen: TypeCode | None = None
    ) -> tuple[Proposal, str]:
        """Propose type, cell and mediator, and give the region that goes with the cell."""
        cells = await work.cells.all()
        proposal = propose(
            story,
            spot,
            cells=cells,
            mediators=await those_with(work, Role.MEDIATOR),
            open_cases=await work.cases.open_counts(),
            chosen=chosen,
        )
        cell = next((cell for cell in cells if cell.id == proposal.cell.value), None)
        return proposal, cell.region if cell else self.centre.region

    async def open(
        self, work: Work, case: Case, *, sender: PersonId | None = None, agreed: str = ""
    ) -> Filed:
        """Keep a new case with its first event, its deadline and its code."""
        reported = Event(
            subject=case.id,
            case_id=case.id,
            kind="case.reported",
            by=f"staff:{case.helper}" if case.helper else Resident(id=case.reporter).ref,
            at=case.reported_at,
            detail={
                **({"agreed": agreed} if agreed else {}),
                **({DANGER: "told"} if case.danger else {}),
            },
        )
        roster = await self.siren.roster(work, case.region)
        unheard = [self.siren.unheard(case)] if case.danger and not roster else []
        await work.cases.add(case, reported, *unheard)
        await self.media.attach(work, case, case.media, sender=sender)
        if case.danger:
            await self.siren.ring(work, case, roster)
        at = case.reported_at + TERMS[DueKind.REGISTER].span
        await set_due(work, self.chance, DueKind.REGISTER, case.id, at=at)
        token = Token(purpose=Purpose.CASE, subject=case.id, case_id=case.id)
        await work.tokens.add(self.chance.id(), token, keep_text=True)
        if self.centre.check_content:
            await work.jobs.add(CheckContent(case.id), key=f"content-{case.id}")
        return await filed_as(work, case, roster, self.centre)
