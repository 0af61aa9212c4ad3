"""Reports: what a person told becomes a case with a number, a code and proposals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from domain.access import Action, can
from domain.actors import Resident, Staff
from domain.cases import (
    NOT_TAKEN_UP,
    Case,
    CaseState,
    Report,
)
from domain.codes import Purpose, Token
from domain.errors import NotFound
from domain.helping import Helped
from domain.ids import CaseId, PersonId, StaffId
from domain.notices import NoticeKind
from domain.people import Person
from domain.phones import e164
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING, scope_of
from services.contention import built_upon
from services.filed import Filed, filed_as
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.helping import helper_of
from services.intake import Intake
from services.media import new_in
from services.stories import story_completed
from services.tidings import case_changed
from services.told_danger import danger_in, is_told, sentences_in, sentences_of, told_in


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """The desk where reports come in, from every channel."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    guards: GuardDesk
    hand_overs: HandOverDesk
    intake: Intake

    def form(self) -> str:
        """Give the one-time id of a form that is about to be shown."""
        return self.chance.id()

    async def file_own(self, resident: Resident, report: Report, *, form: str = "") -> Filed:
        """Make a case of what a logged-in resident told on a page.

        Who sends the same form with the same words again gets the case that came of it.
        """
        filed = await self._file_own(resident, report, form)
        await case_changed(self.bus, filed.case_id)
        return filed

    async def take(
        self, staff: Staff, report: Report, helped: Helped | None, *, form: str = ""
    ) -> Filed:
        """Make a case of what staff took down for a resident, or found themselves (None).

        The same form with the same words again gives the case that came of it.
        """
        if not can(staff, Action.TAKE_REPORT).allow:
            raise NotFound("reports")
        if helped is not None and helped.phone:
            e164(helped.phone, demo=self.intake.centre.demo)
        filed = await self._take(staff, report, helped, form)
        await case_changed(self.bus, filed.case_id)
        return filed

    async def may_help(self, work: Work, person: PersonId) -> bool:
        """Is this a grid worker's WeChat account, who may report for residents (代办)?"""
        return await helper_of(work, person) is not None

    async def file_for(
        self, work: Work, report: Report, helped: Helped, *, teller: PersonId
    ) -> Filed:
        """Make a case of what a grid worker told for a resident, who hears of it by SMS.

        Raises NotFound if the teller is no grid worker.
        """
        helper = await helper_of(work, teller)
        if helper is None:
            raise NotFound(teller)
        return await self._file_for(work, report, helped, by=helper.id, sender=teller)

    async def _file_for(
        self,
        work: Work,
        report: Report,
        helped: Helped,
        *,
        by: StaffId,
        sender: PersonId | None,
        completes: frozenset[CaseState] = frozenset(CaseState),
    ) -> Filed:
        resident = await self.intake.helping.resident_for(work, helped)
        waiting = await work.cases.unfinished_of(resident)
        if waiting is not None and waiting.state in completes:
            filed = await self._complete(work, waiting, report, sender=sender)
        else:
            case = replace(await self.intake.case(work, report, resident), helper=by)
            case = replace(case, danger=sentences_of(report))
            filed = await self.intake.open(work, case, sender=sender, agreed=helped.agreed)
        await self.intake.notices.post(
            work,
            NoticeKind.REPORTED_FOR,
            case_id=filed.case_id,
            to_person=resident,
            facts={"number": filed.case_number, "url": filed.code_url},
            by_sms=True,
        )
        return filed

    async def _found(
        self, work: Work, report: Report, *, by: StaffId, sender: PersonId | None
    ) -> Filed:
        """Make a case that nobody brought: it has no party until the centre names one."""
        nobody = Person(id=PersonId(self.chance.id()))
        await work.people.add(nobody)
        case = replace(await self.intake.case(work, report, nobody.id), helper=by, parties=())
        return await self.intake.open(
            work, replace(case, danger=sentences_of(report)), sender=sender
        )

    @built_upon
    async def _take(self, staff: Staff, report: Report, helped: Helped | None, form: str) -> Filed:
        async def filed(work: Work) -> Filed:
            sender = (await work.staff.get(staff.id)).person_id  # whose phone sent the pictures
            if helped is None:
                return await self._found(work, report, by=staff.id, sender=sender)
            return await self._file_for(
                work, report, helped, by=staff.id, sender=sender, completes=NOT_TAKEN_UP
            )

        about = (staff.id, helped and (helped.name, helped.phone))
        async with self.store.begin() as work:
            if not form:
                return await filed(work)
            return await self._once(work, report, _as_sent(form, about, report), filed)

    async def file(self, work: Work, report: Report, *, reporter: PersonId) -> Filed:
        """Make a case within the running transaction; the caller publishes it afterwards.

        If an alarm has made the case already, the report completes that one: one report, one case.
        """
        waiting = await work.cases.unfinished_of(reporter)
        if waiting is not None:
            return await self._complete(work, waiting, report)
        return await self.file_apart(work, report, reporter)

    async def _file_from_page(self, work: Work, report: Report, reporter: PersonId) -> Filed:
        """Complete the alarm's case only while nobody works on it.

        A page does not know what was told before the alarm, as the chat does: what is told there
        days later, when people already meet about the first matter, is another one.
        """
        waiting = await work.cases.unfinished_of(reporter)
        if waiting is not None and waiting.state in NOT_TAKEN_UP:
            return await self._complete(work, waiting, report)
        return await self.file_apart(work, report, reporter)

    async def file_apart(
        self, work: Work, report: Report, reporter: PersonId, *, besides: str = ""
    ) -> Filed:
        """Make a case of its own, whatever else waits for its report.

        ``besides`` was added to it later, piece by piece, however long.
        """
        case = await self.intake.case(work, report, reporter)
        story = "\n".join(filter(None, (case.story, besides)))
        danger = dict.fromkeys((*sentences_of(report), *sentences_in(besides)))
        return await self.intake.open(work, replace(case, story=story, danger=tuple(danger)))

    async def added_to_alarm(self, resident: Resident, case_id: CaseId) -> bool:
        """Was a report put to this case because an alarm had made it before?"""
        async with self.store.read() as work:
            case = await work.cases.get(case_id, scope_of(resident))
            return any(
                one.kind == "case.report-confirmed" for one in await work.cases.history(case.id)
            )

    @built_upon
    async def _file_own(self, resident: Resident, report: Report, form: str) -> Filed:
        async with self.store.begin() as work:
            reporter = await work.people.hold(resident.id)
            await self.guards.warn_of_danger(work, told_in(report), reporter)

            async def filed(work: Work) -> Filed:
                filed = await self._file_from_page(work, report, reporter)
                if told := sentences_of(report):
                    await self.hand_overs.open_for_alarm(work, reporter, "\n".join(told))
                return filed

            if not form:
                return await filed(work)
            return await self._once(work, report, _as_sent(form, reporter, report), filed)

    async def _once(
        self,
        work: Work,
        report: Report,
        sent: str,
        file: Callable[[Work], Awaitable[Filed]],
    ) -> Filed:
        try:
            token = await work.tokens.find(Purpose.FORM, sent)
        except NotFound:
            filed = await file(work)
            token = Token(purpose=Purpose.FORM, subject=filed.case_id, case_id=filed.case_id)
            await work.tokens.add(sent, token)
            return filed
        case = await work.cases.get(token.case_id, EVERYTHING)
        if _shows_more(report, case):
            return await file(work)
        return await filed_as(
            work, case, await self.intake.siren.roster(work, case.region), self.intake.centre
        )

    async def _complete(
        self, work: Work, case: Case, report: Report, *, sender: PersonId | None = None
    ) -> Filed:
        """Let the confirmed report complete the case that an alarm made of its beginning."""
        by = Resident(id=case.reporter)
        proposal, region = await self.intake.proposed(
            work, report.story, report.spot, report.kind_told
        )
        whole, confirmed = case.confirm_report(
            report,
            story=story_completed(report, case),
            proposal=proposal,
            region=region,
            by=by,
            at=self.clock(),
        )
        await self.intake.media.attach(work, whole, new_in(case, report.media), sender=sender)
        new = {words: told for words, told in danger_in(report).items() if not is_told(case, words)}
        elsewhere = case.alarmed and whole.region != case.region
        return await self.intake.siren.sound(work, whole, by, new, confirmed, again=elsewhere)


def _as_sent(form: str, reporter: object, report: Report) -> str:
    """Tell one sending from another: a word more, of danger perhaps, must never be dropped."""
    words = (report.story, report.spot.words, report.others, report.danger_told)
    return repr((form, reporter, words))


def _shows_more(report: Report, case: Case) -> bool:
    """A form that is come back to may have lost its pictures and its point; new ones count."""
    point = (report.spot.latitude, report.spot.longitude)
    moved = point not in ((None, None), (case.spot.latitude, case.spot.longitude))
    return moved or not set(report.media) <= set(case.media)
