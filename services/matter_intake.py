"""A daily-life matter comes in: its number, its grid cell, the day of its answer, its pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.actors import Resident, Staff
from domain.deadlines import DueKind
from domain.errors import NotFound
from domain.helping import Helped
from domain.history import Event
from domain.ids import CellId, MatterId, MediaId, PersonId
from domain.matters import Matter, MatterReport
from domain.notices import NoticeKind
from domain.places import propose_cell
from domain.ports.outside import Chance, Clock
from domain.ports.store import Work
from services.dues import set_due
from services.notices import NoticeDesk
from services.settings import Centre

REMIND_AT = time(9, 0)  #: local time, on the working day before the answer is due
OVERDUE = 1  #: version of the deadline whose reminder is over
SAME_WITHIN = timedelta(minutes=10)  #: told again with the same words, it is the same matter


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterIntake:
    """Makes matters within a running transaction, and lets their answers fall due."""

    clock: Clock
    chance: Chance
    notices: NoticeDesk
    centre: Centre

    async def file(self, work: Work, report: MatterReport, person: PersonId) -> Matter:
        """Make a matter of what its resident told; the same words again are the same one."""
        again = await self._same(work, report, person)
        if again is not None:
            return again
        matter = await self._made(work, report, person)
        by = Resident(id=person).ref
        return await self._opened(work, matter, self._first(matter, "matter.reported", by))

    async def take_down(
        self, work: Work, report: MatterReport, person: PersonId, *, helped: Helped, by: Staff
    ) -> Matter:
        """Make a matter of what staff took down; the resident hears of it by SMS."""
        again = await self._same(work, report, person)
        if again is not None:
            return again
        matter = await self._made(work, report, person)
        first = self._first(matter, "matter.taken-down", by.ref)
        await self._opened(work, matter, replace(first, detail={"agreed": helped.agreed}))
        await self.notices.post(
            work,
            NoticeKind.MATTER_TAKEN_DOWN,
            case_id=None,
            to_person=person,
            facts={
                "number": matter.number,
                "due": self.day(matter.reply_by).isoformat(),
                "url": self.centre.matter_page(matter.id),
            },
            by_sms=True,
        )
        return matter

    async def attach(self, work: Work, matter: Matter, media_id: MediaId) -> None:
        """Let a picture or voice that its resident sent belong to the matter.

        An alarm may have taken it into its case before: it shows both.
        """
        medium = await work.media.get(media_id)
        theirs = medium.person_id == matter.reporter
        if not theirs or medium.matter_id not in (None, matter.id):
            raise NotFound(media_id)
        await work.media.save(replace(medium, matter_id=matter.id))

    async def await_answer(self, work: Work, matter: Matter) -> None:
        """Let the reminder fall due, or the end of the last day if it is too late for that."""
        eve = self.centre.working_days.before(self.day(matter.reply_by), 1)
        reminder = datetime.combine(eve, REMIND_AT, tzinfo=self.centre.zone)
        if reminder > self.clock():
            await set_due(work, self.chance, DueKind.MATTER_REPLY, matter.id, at=reminder)
        else:
            await self.late_at_end(work, matter)

    async def late_at_end(self, work: Work, matter: Matter) -> None:
        """Let the end of the last day fall due."""
        kind, at = DueKind.MATTER_REPLY, matter.reply_by
        await set_due(work, self.chance, kind, matter.id, at=at, version=OVERDUE)

    def reply_by(self) -> datetime:
        """The end of the office on the last working day for an answer, counted from today."""
        day = self.centre.working_days.after(self.day(self.clock()), self.centre.matter_days)
        return datetime.combine(day, self.centre.hours.closes, tzinfo=self.centre.zone)

    def day(self, moment: datetime) -> date:
        """The legal day of a moment."""
        return moment.astimezone(self.centre.zone).date()

    async def _made(self, work: Work, report: MatterReport, person: PersonId) -> Matter:
        now = self.clock()
        year = self.day(now).year
        count = await work.cases.next_number("matter", year)
        cells = await work.cells.all()
        found = propose_cell(cells, report.spot)
        cell = next((one for one in cells if one.id == found.value), None)
        return Matter(
            id=MatterId(self.chance.id()),
            number=f"{self.centre.number_word}民{year}第{count}号",
            reporter=person,
            told=report.told.strip(),
            spot=report.spot,
            region=cell.region if cell else self.centre.region,
            reported_at=now,
            reply_by=self.reply_by(),
            cell=CellId(cell.id) if cell else None,
            media=report.media,
        )

    async def _opened(self, work: Work, matter: Matter, first: Event) -> Matter:
        for media_id in matter.media:
            await self.attach(work, matter, media_id)
        await work.matters.add(matter, first)
        await self.await_answer(work, matter)
        return matter

    async def _same(self, work: Work, report: MatterReport, person: PersonId) -> Matter | None:
        told = (report.told.strip(), report.spot, report.media)
        for last in await work.matters.of_person(person, limit=1):
            young = self.clock() - last.reported_at <= SAME_WITHIN
            if young and (last.told, last.spot, last.media) == told:
                return last
        return None

    def _first(self, matter: Matter, kind: str, by: str) -> Event:
        return Event(subject=matter.id, case_id="", kind=kind, by=by, at=self.clock())
