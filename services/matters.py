"""Daily-life matters (民生事项): reported, given to a unit, answered, and rated by who reported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from domain.access import Action, can
from domain.actors import SYSTEM, Actor, Resident, Role, Staff
from domain.cases import Report
from domain.deadlines import Due, DueKind
from domain.errors import NotFound, Stale
from domain.helping import Helped
from domain.history import Event
from domain.ids import CaseId, MatterId, MediaId, PersonId, StaffId
from domain.matters import OPEN, Grade, Matter, MatterReport, MatterState
from domain.media import Medium
from domain.notices import UNHEARD, NoticeKind
from domain.phones import e164
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING, scope_of
from services import matter_words as words
from services.contention import built_upon
from services.dues import set_due
from services.duty import on_duty, those_over
from services.invitations import Invitations
from services.matter_intake import OVERDUE, SAME_WITHIN, MatterIntake
from services.matter_views import MatterLineView, MatterView, MatterViews
from services.notices import NoticeDesk
from services.numbers_shown import IN_MATTER, is_whole, note_shown
from services.raising import AlarmDesk
from services.reports import ReportDesk
from services.settings import Centre
from services.tidings import case_changed, matter_changed

ALL = frozenset(MatterState)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterDesk:
    """The desk of daily-life matters."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    alarms: AlarmDesk
    reports: ReportDesk
    centre: Centre

    @property
    def views(self) -> MatterViews:
        """The views of matters, for this centre."""
        return MatterViews(centre=self.centre, clock=self.clock)

    @property
    def intake(self) -> MatterIntake:
        """What makes new matters."""
        return MatterIntake(
            clock=self.clock, chance=self.chance, notices=self.notices, centre=self.centre
        )

    async def file_own(self, resident: Resident, report: MatterReport) -> Matter:
        """Take a matter that a logged-in resident told; words of mortal danger ring as always."""
        matter, case_id = await self._file_own(resident, report)
        await self._told_desk(matter.id, case_id)
        return matter

    @built_upon
    async def _file_own(
        self, resident: Resident, report: MatterReport
    ) -> tuple[Matter, CaseId | None]:
        async with self.store.begin() as work:
            person = await work.people.hold(resident.id)
            matter = await self.file(work, report, person=person)
            told = f"{report.told}\n{report.spot.words}"
            return matter, await self._ring(work, told, person, report)

    async def take_down(self, staff: Staff, report: MatterReport, helped: Helped) -> Matter:
        """Take a matter down for a resident by phone or at the door; they get its number by SMS."""
        if not can(staff, Action.TAKE_REPORT).allow:
            raise NotFound("matters")
        if helped.phone:
            e164(helped.phone, demo=self.centre.demo)
        matter, case_id = await self._take_down(staff, report, helped)
        await self._told_desk(matter.id, case_id)
        return matter

    @built_upon
    async def _take_down(
        self, staff: Staff, report: MatterReport, helped: Helped
    ) -> tuple[Matter, CaseId | None]:
        async with self.store.begin() as work:
            person = await self.reports.intake.helping.resident_for(work, helped)
            matter = await self.intake.take_down(work, report, person, helped=helped, by=staff)
            told = f"{report.told}\n{report.spot.words}"
            case_id = await self._ring(work, told, person, report, taker=staff, helped=helped)
            return matter, case_id

    async def _ring(
        self,
        work: Work,
        told: str,
        person: PersonId,
        about: MatterReport,
        *,
        taker: Staff | None = None,
        helped: Helped | None = None,
    ) -> CaseId | None:
        alarm = await self.alarms.ring(work, told, person, about=about, taker=taker, helped=helped)
        return alarm.case_id if alarm else None

    async def _told_desk(self, matter_id: MatterId, case_id: CaseId | None) -> None:
        await matter_changed(self.bus, matter_id)
        if case_id is not None:
            await case_changed(self.bus, case_id)

    async def file(self, work: Work, report: MatterReport, *, person: PersonId) -> Matter:
        """Make a matter within the running transaction; the same words again are the same one."""
        return await self.intake.file(work, report, person)

    async def listed(
        self, actor: Actor, *, over: bool, limit: int, after: str
    ) -> tuple[tuple[MatterLineView, ...], str]:
        """List the matters of somebody's region, the answer that is due first at the top.

        ``over``: those that were answered, instead of those that wait for it; newest first.
        """
        if not isinstance(actor, Staff) or not can(actor, Action.LIST_MATTERS).allow:
            raise NotFound("matters")
        states = ALL - OPEN if over else OPEN
        async with self.store.read() as work:
            found, key = await work.matters.page(scope_of(actor), states, limit=limit, after=after)
            return tuple([await self.views.line(work, one, staff=True) for one in found]), key

    async def late(self, actor: Actor) -> int:
        """Count the answers that are late in somebody's region."""
        if not isinstance(actor, Staff) or not can(actor, Action.LIST_MATTERS).allow:
            raise NotFound("matters")
        async with self.store.read() as work:
            return await work.matters.count_late(scope_of(actor), at=self.clock())

    async def mine(self, resident: Resident) -> tuple[MatterLineView, ...]:
        """List a resident's own matters, newest first."""
        async with self.store.read() as work:
            own = await work.matters.of_person(resident.id, limit=50)
            return tuple([await self.views.line(work, one, staff=False) for one in own])

    async def view(self, actor: Actor, matter_id: MatterId) -> MatterView:
        """Show one matter as the actor may see it."""
        async with self.store.read() as work:
            matter = await self._for(work, actor, Action.SEE_MATTER, matter_id)
            view = await self.views.whole(work, matter, actor)
        shown = [matter.reporter] if is_whole(view.phone) else []
        now = self.clock()
        await note_shown(self.store, IN_MATTER, shown, about=matter_id, by=actor, at=now)
        return view

    async def medium(self, actor: Actor, matter_id: MatterId, media_id: MediaId) -> Medium:
        """Name a picture or voice that was sent with a matter."""
        async with self.store.read() as work:
            matter = await self._for(work, actor, Action.SEE_MATTER, matter_id)
            if media_id not in matter.media:
                raise NotFound(media_id)
            medium = await work.media.get(media_id)
        if not medium.object_key:
            raise NotFound(media_id)
        return medium

    async def playable(self, actor: Actor, matter_id: MatterId, media_id: MediaId) -> str:
        """Name the object that plays of a voice that was sent with a matter."""
        medium = await self.medium(actor, matter_id, media_id)
        if medium.copy is None:
            raise NotFound(media_id)
        return medium.copy.key

    async def take(self, actor: Actor, matter_id: MatterId, *, version: int, unit: str) -> None:
        """Give a matter to a unit, and tell who reported it."""
        async with self._handling(actor, matter_id, version) as (work, matter, staff):
            taken, event = matter.take(unit, by=staff, at=self.clock())
            await work.matters.save(taken, event)
            await self._tell(work, taken, NoticeKind.MATTER_TAKEN, unit=taken.unit)

    async def answer(self, actor: Actor, matter_id: MatterId, *, version: int, words: str) -> None:
        """Answer, and ask whether that is good; without a word it is closed some days later."""
        async with self._handling(actor, matter_id, version) as (work, matter, staff):
            answered, event = matter.answer(words, by=staff, at=self.clock())
            await work.matters.save(answered, event)
            await work.dues.drop(DueKind.MATTER_REPLY, matter.id)
            at = self.clock() + self.centre.matter_closes_after
            await set_due(work, self.chance, DueKind.MATTER_CLOSES, matter.id, at=at)
            said, door = answered.answers[-1].words, await self._door(work, answered)
            await self._tell(work, answered, NoticeKind.MATTER_ANSWERED, words=said, door=door)

    async def refuse(
        self, actor: Actor, matter_id: MatterId, *, version: int, reason: str, instead: str
    ) -> None:
        """Not take it on: say why, and where to go instead."""
        async with self._handling(actor, matter_id, version) as (work, matter, staff):
            refused, event = matter.refuse(reason, instead, by=staff, at=self.clock())
            await work.matters.save(refused, event)
            await work.dues.drop(DueKind.MATTER_REPLY, matter.id)
            facts = {"reason": refused.reason, "instead": refused.instead}
            await self._tell(work, refused, NoticeKind.MATTER_REFUSED, **facts)

    async def make_case(self, actor: Actor, matter_id: MatterId, *, version: int) -> CaseId:
        """Go on with it as a dispute: a case of its own, with what was told and sent."""
        async with self._handling(actor, matter_id, version) as (work, matter, staff):
            report = Report(story=matter.told, spot=matter.spot, media=matter.media)
            more = "\n".join(one.words for one in matter.more)
            filed = await self.reports.file_apart(work, report, matter.reporter, besides=more)
            moved, event = matter.become_case(filed.case_id, by=staff, at=self.clock())
            await work.matters.save(moved, event)
            whence = replace(event, subject=filed.case_id, case_id=filed.case_id)
            await work.cases.note(whence)
            await work.dues.drop(DueKind.MATTER_REPLY, matter.id)
            await self.notices.post(
                work,
                NoticeKind.MATTER_BECAME_CASE,
                case_id=filed.case_id,
                to_person=matter.reporter,
                facts={
                    "number": matter.number,
                    "case": filed.case_number,
                    "url": self.centre.party_page(filed.case_id),
                },
            )
        await case_changed(self.bus, filed.case_id)
        return filed.case_id

    @built_upon
    async def rate_own(self, resident: Resident, matter_id: MatterId, grade: Grade) -> None:
        """Keep what a logged-in resident thinks of the answer."""
        async with self.store.begin() as work:
            await self.rate(
                work, matter_id, person=await work.people.hold(resident.id), grade=grade
            )
        await matter_changed(self.bus, matter_id)

    async def rate(
        self, work: Work, matter_id: MatterId, *, person: PersonId, grade: Grade
    ) -> Matter:
        """Keep the rating within the running transaction; a bad one is the supervisors' business.

        Raises AlreadyRated, IllegalMove if there is nothing to rate, NotFound for a foreign one.
        """
        by, now = Resident(id=person), self.clock()
        matter = await self._for(work, by, Action.RATE_MATTER, matter_id)
        rated, event = matter.rate(
            grade,
            reply_by=self.intake.reply_by(),
            by=by,
            at=now,
            reopens_within=self.centre.matter_reopens_within,
        )
        await work.matters.save(rated, event)
        await work.dues.drop(DueKind.MATTER_CLOSES, matter.id)
        if rated.state in OPEN:
            await self.intake.await_answer(work, rated)
        if grade is Grade.UNSATISFIED:
            await self._tell_supervisors(work, rated, NoticeKind.MATTER_UNSATISFIED)
        return rated

    async def say_more_own(self, resident: Resident, matter_id: MatterId, words: str) -> None:
        """Add what a logged-in resident says of their matter; danger in it rings as always."""
        case_id = await self._say_more_own(resident, matter_id, words)
        await self._told_desk(matter_id, case_id)

    @built_upon
    async def _say_more_own(
        self, resident: Resident, matter_id: MatterId, words: str
    ) -> CaseId | None:
        async with self.store.begin() as work:
            person = await work.people.hold(resident.id)
            matter = await self.say_more(work, matter_id, person=person, words=words)
            about = MatterReport(told=matter.told, spot=matter.spot)
            return await self._ring(work, words, person, about)

    async def say_more(
        self, work: Work, matter_id: MatterId, *, person: PersonId, words: str
    ) -> Matter:
        """Add what the resident says of it within the running transaction."""
        by = Resident(id=person)
        matter = await self._for(work, by, Action.RATE_MATTER, matter_id)
        more, event = matter.tell_more(words, by=by, at=self.clock())
        await self._tell_of_more(work, more)
        await work.matters.save(more, event)
        return more

    async def show_more(
        self, work: Work, matter_id: MatterId, media_id: MediaId, *, person: PersonId
    ) -> None:
        """Add a picture or voice that the resident sends later, within the transaction."""
        by = Resident(id=person)
        matter = await self._for(work, by, Action.RATE_MATTER, matter_id)
        more, event = matter.show_more(media_id, by=by, at=self.clock())
        await self.intake.attach(work, more, media_id)
        await self._tell_of_more(work, more)
        await work.matters.save(more, event)

    def facts(self, matter: Matter) -> Mapping[str, str]:
        """Give what a reply in the chat says of a matter."""
        return {
            "matter_number": matter.number,
            "matter_by": words.spoken_day(self.intake.day(matter.reply_by)),
            "matter_page": self.centre.matter_page(matter.id),
            "matter_reopens": str(self.centre.matter_reopens_within.days),
        }

    async def act(self, work: Work, due: Due) -> None:
        """Remind of an answer, tell that it is late, or close what nobody objected to."""
        matter = await work.matters.get(MatterId(due.subject), EVERYTHING)
        if due.kind is DueKind.MATTER_CLOSES:
            if matter.state is MatterState.ANSWERED:
                heard = await self._heard(work, matter)
                await work.matters.save(*matter.close(heard=heard, by=SYSTEM, at=self.clock()))
        elif matter.state in OPEN and due.version < OVERDUE:
            await self._remind(work, matter)
        elif matter.state in OPEN:
            await work.cases.note(self._event(matter, "matter.overdue", SYSTEM))
            await self._tell_supervisors(work, matter, NoticeKind.MATTER_OVERDUE)

    async def _heard(self, work: Work, matter: Matter) -> bool:
        """Say whether the answer went out; silence says something only where it did."""
        told = [
            one
            for one in await work.notices.of_person(matter.reporter)
            if one.kind is NoticeKind.MATTER_ANSWERED and one.facts.get("number") == matter.number
        ]
        return not told or told[0].read_at is not None or told[0].state not in UNHEARD

    async def after_reminder(self, work: Work, due: Due) -> None:
        """Let the end of the last day fall due once who has it in hand was reminded."""
        matter = await work.matters.get(MatterId(due.subject), EVERYTHING)
        if matter.state in OPEN and due.version < OVERDUE:
            await self.intake.late_at_end(work, matter)

    async def _tell_of_more(self, work: Work, matter: Matter) -> None:
        """Tell who has it in hand of an addition; those that follow it at once need no word."""
        since = self.clock() - SAME_WITHIN
        told = await work.matters.history(matter.id)
        known = any(one.kind == "matter.told-more" and one.at > since for one in told)
        if matter.staff is not None and not known:
            await self._tell_staff(work, matter, NoticeKind.MATTER_TOLD_MORE, matter.staff)

    async def _remind(self, work: Work, matter: Matter) -> None:
        """Tell who has it in hand, or who is on duty."""
        staff = matter.staff
        if staff is None:
            duty = await on_duty(work, matter.region, centre=self.centre.region)
            staff = duty[0].id if duty else None
        if staff is not None:
            await self._tell_staff(work, matter, NoticeKind.MATTER_DUE, staff)

    async def _for(self, work: Work, actor: Actor, action: Action, matter_id: MatterId) -> Matter:
        matter = await work.matters.get(matter_id, scope_of(actor))
        if not can(actor, action, matter).allow:
            raise NotFound(matter_id)
        return matter

    @asynccontextmanager
    async def _handling(
        self, actor: Actor, matter_id: MatterId, version: int
    ) -> AsyncIterator[tuple[Work, Matter, Staff]]:
        """Load what somebody of the centre handles; an edit on an older state is refused."""
        async with self.store.begin() as work:
            matter = await self._for(work, actor, Action.HANDLE_MATTER, matter_id)
            if not isinstance(actor, Staff):
                raise NotFound(matter_id)
            if matter.version != version:
                raise Stale(matter_id)
            yield work, matter, actor
        await matter_changed(self.bus, matter_id)

    async def _door(self, work: Work, matter: Matter) -> str:
        """Where whoever is reached by SMS proves their number, reads the answer and rates it."""
        invitations = Invitations(
            chance=self.chance, clock=self.clock, public_url=self.centre.public_url
        )
        return await invitations.to_matter(work, matter.id, person=matter.reporter)

    async def _tell(self, work: Work, matter: Matter, kind: NoticeKind, **facts: str) -> None:
        told = {"number": matter.number, "url": self.centre.matter_page(matter.id), **facts}
        await self.notices.post(work, kind, case_id=None, to_person=matter.reporter, facts=told)

    async def _tell_supervisors(self, work: Work, matter: Matter, kind: NoticeKind) -> None:
        own = await those_over(work, Role.SUPERVISOR, matter.region)
        for one in own or await those_over(work, Role.SUPERVISOR, self.centre.region):
            await self._tell_staff(work, matter, kind, one.id)

    async def _tell_staff(
        self, work: Work, matter: Matter, kind: NoticeKind, staff: StaffId
    ) -> None:
        url = f"{self.centre.public_url}/desk/matters/{matter.id}"
        facts = {"number": matter.number, "url": url}
        await self.notices.post(work, kind, case_id=None, to_staff=staff, facts=facts)

    def _event(self, matter: Matter, kind: str, by: Actor) -> Event:
        return Event(subject=matter.id, case_id="", kind=kind, by=by.ref, at=self.clock())
