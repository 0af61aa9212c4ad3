"""Reports: what a person told becomes a case with a number, a code and proposals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access import Action, can
from domain.actors import SYSTEM, Actor, Resident, Role, Staff
from domain.cases import (
    GOING_ON,
    MOST_TOLD,
    NOT_TAKEN_UP,
    SHORTEST_STORY,
    Case,
    CaseState,
    Party,
    Proposal,
    Report,
    Side,
    Spot,
)
from domain.codes import Purpose, Token
from domain.conversations import CaseLine, Known, MatterLine, RaiseAlarm, Talk, TellPlace
from domain.danger import (
    Danger,
    alarms,
    sentence_with,
    sentences_with,
    speaks_of,
    tells_no_more,
    told_together,
)
from domain.deadlines import TERMS, DueKind
from domain.errors import BadInput, NotFound
from domain.glances import Glance
from domain.guarding import Scope
from domain.helping import Helped
from domain.history import Event
from domain.ids import CaseId, MediaId, PersonId, StaffId
from domain.jobs import CheckContent
from domain.matters import MatterReport
from domain.notices import NoticeKind
from domain.people import Person, StaffMember
from domain.phones import e164
from domain.places import propose_cell
from domain.ports.cases import CaseFilter
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.proposals import propose
from domain.scope import EVERYTHING, scope_of
from domain.taxonomy import TypeCode
from services.alarms import DANGER, alarm_among, alarm_of, latest_of, turn_of
from services.contention import built_upon
from services.dues import set_due
from services.duty import on_duty, those_with
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.matter_views import MatterViews
from services.media import MediaDesk
from services.next_steps import LIVE, RATEABLE, next_step, page_for, rated, room_for
from services.notices import NoticeDesk
from services.places_told import at_place, place_before
from services.settings import Centre
from services.standing import wishes_held
from services.tidings import case_changed
from services.who_hears import WhoHears, called
from services.words import (
    CASE_STATES,
    DANGER_TOLD,
    NO_PLACE_TOLD,
    OTHERS_TOLD,
    STAGES,
    TOLD_AS_SAFE,
    TOLD_AT,
)

MOST_MATTERS = 4  #: of somebody's daily-life matters that the chat speaks of
#: Violence and threats often come from the family itself: a guardian is never told of them.
FOR_THE_FAMILY = frozenset({Danger.SELF_HARM, Danger.FIRE, Danger.RESCUE})
_GOING_ON = CaseFilter(states=GOING_ON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What the reporter gets: the number, and the code that shows what happens next."""

    case_id: CaseId
    case_number: str
    code_url: str
    alarm_told: str  #: who hears of danger in this case, in words for the reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """The desk where reports come in, from every channel."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    media: MediaDesk
    guards: GuardDesk
    hand_overs: HandOverDesk
    centre: Centre
    listens: bool = False  #: are voices written down and offered to be confirmed?

    @property
    def _who_hears(self) -> WhoHears:
        return WhoHears(centre=self.centre, clock=self.clock)

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
            e164(helped.phone, demo=self.centre.demo)
        filed = await self._take(staff, report, helped, form)
        await case_changed(self.bus, filed.case_id)
        return filed

    async def may_help(self, work: Work, person: PersonId) -> bool:
        """Is this a grid worker's WeChat account, who may report for residents (代办)?"""
        return await self._helper(work, person) is not None

    async def _helper(self, work: Work, person: PersonId) -> StaffMember | None:
        member = await work.staff.by_person(person)
        return member if member is not None and Role.GRID_WORKER in member.roles else None

    async def file_for(
        self, work: Work, report: Report, helped: Helped, *, teller: PersonId
    ) -> Filed:
        """Make a case of what a grid worker told for a resident, who hears of it by SMS.

        Raises NotFound if the teller is no grid worker.
        """
        helper = await self._helper(work, teller)
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
        resident = await self.resident_for(work, helped)
        waiting = await work.cases.unfinished_of(resident)
        if waiting is not None and waiting.state in completes:
            filed = await self._complete(work, waiting, report, sender=sender)
        else:
            case = replace(await self._case(work, report, resident), helper=by)
            case = replace(case, danger=_sentences_of(report))
            filed = await self._open(work, case, sender=sender, agreed=helped.agreed)
        await self.notices.post(
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
        case = replace(await self._case(work, report, nobody.id), helper=by, parties=())
        return await self._open(work, replace(case, danger=_sentences_of(report)), sender=sender)

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

    async def resident_for(self, work: Work, helped: Helped) -> PersonId:
        """Find whom is helped by number and name; two of a household may share a number."""
        number = self._number(helped.phone)
        known = await work.people.by_phone(number) if number else None
        if known is not None and known.name in ("", helped.name):
            if not known.name:
                await work.people.save(replace(known, name=helped.name))
            return known.id
        person = Person(id=PersonId(self.chance.id()), name=helped.name, phone=number)
        await work.people.add(person)
        return person.id

    def _number(self, typed: str) -> str:
        try:
            return e164(typed, demo=self.centre.demo)
        except BadInput:
            return ""  # nobody can be reached there; the story still names it

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
        case = await self._case(work, report, reporter)
        story = "\n".join(filter(None, (case.story, besides)))
        danger = dict.fromkeys((*_sentences_of(report), *_sentences_in(besides)))
        return await self._open(work, replace(case, story=story, danger=tuple(danger)))

    async def raise_alarm(
        self, work: Work, alarm: RaiseAlarm, *, person: PersonId, taker: Staff | None = None
    ) -> Filed:
        """Tell people at once that somebody may be in mortal danger, case or no case yet.

        The case whose report is being told is the one in danger; outside of any report it is the
        person's newest open case; where there is none, the alarm makes one.  ``taker`` took the
        words down for the person: what follows is the taker's deed.
        """
        teller, helper = person, taker.id if taker else None
        if taker is None and alarm.helped is not None:
            helper, person = await self._helped(work, alarm.helped, person)
        await self._tell_family(work, _judged(alarm), person)
        alarm = self._apart(alarm)
        resident, at = Resident(id=person), self.clock()
        by: Resident | Staff = taker or resident
        waiting = await work.cases.unfinished_of(person)
        if waiting is not None:
            case, told = waiting.tell_more(alarm.story or alarm.text, by=by, at=at)
            case = await self._placed(work, case, alarm.spot)
            new = _not_in(case, alarm.media)
            case = replace(case, media=(*case.media, *new))
            await self.media.attach(work, case, new, sender=teller)
            elsewhere = case.alarmed and case.region != waiting.region
            return await self._sound(work, case, by, _told_of(alarm), told, again=elsewhere)
        cases, _ = await work.cases.page(scope_of(resident), _GOING_ON, limit=1)
        if cases and not alarm.story and _may_hold(cases[0], alarm, person):
            return await self._alarm_in(work, cases[0], alarm, by=by, sender=teller)
        case = await self._case(work, _as_report(alarm), person)
        case = replace(case, danger=tuple(dict.fromkeys(_told_of(alarm).values())), unfinished=True)
        if helper is None or alarm.helped is None:
            return await self._open(work, case)
        case = replace(case, helper=helper)
        return await self._open(work, case, sender=teller, agreed=alarm.helped.agreed)

    async def _alarm_in(
        self, work: Work, case: Case, alarm: RaiseAlarm, *, by: Actor, sender: PersonId
    ) -> Filed:
        """Let a case that goes on ring, with what was sent along, where it is listened to."""
        told = []
        if new := _not_in(case, alarm.media):
            await self.media.attach(work, case, new, sender=sender)
            case, shown = case.show(new, by=by, at=self.clock())
            told.append(shown)
        return await self._sound(work, case, by, _told_of(alarm), *told)

    def _apart(self, alarm: RaiseAlarm) -> RaiseAlarm:
        """Keep two messages that were judged together as two, each with its time."""
        if not alarm.before:
            return alarm
        sent = (alarm.before, alarm.before_at), (alarm.text, alarm.at)
        lines = [self._with_time(words, at) for words, at in sent]
        plain = {*alarm.before.splitlines(), *alarm.text.splitlines()}
        told = [line for line in alarm.story.splitlines() if line not in plain]
        story = "\n".join([*told, *lines]) if alarm.story else ""
        return replace(alarm, text="\n".join(lines), story=story)

    def _with_time(self, words: str, at: datetime | None) -> str:
        if at is None:
            return words
        local = at.astimezone(self.centre.zone)
        return TOLD_AT.format(words=" ".join(words.split()), at=f"{local:%H:%M}", day=local)

    async def tell_place(self, work: Work, told: TellPlace, *, person: PersonId) -> Filed | None:
        """Let whoever was called to an alarm's case read where it is, as soon as that is told."""
        if told.helped is not None:
            _, person = await self._helped(work, told.helped, person)
        waiting = await work.cases.unfinished_of(person)
        if waiting is None or waiting.spot == told.spot:
            return None
        by = Resident(id=person)
        case = await self._placed(work, waiting, told.spot)
        case, event = case.tell_more("", by=by, at=self.clock())
        elsewhere = case.alarmed and case.region != waiting.region
        return await self._sound(work, case, by, {}, event, again=elsewhere)

    async def show(self, work: Work, media_id: MediaId, person: PersonId) -> CaseId | None:
        """Put what was sent to a human into the case of the person's alarm; name the case.

        Another's case, and one that has many already, leave it to the talk.
        """
        alarm = await alarm_of(work, person)
        if alarm is None or alarm.case.reporter != person or not alarm.case.takes(media_id):
            return None
        case = alarm.case
        case, event = case.show([media_id], by=Resident(id=person), at=self.clock())
        await self.media.attach(work, case, [media_id])
        await work.cases.save(case, event)
        return case.id

    async def _placed(self, work: Work, case: Case, spot: Spot | None) -> Case:
        """Put down where it is; until somebody took it on, it belongs to that place's region."""
        case = at_place(case, spot)
        if spot is None or case.state is not CaseState.REPORTED:
            return case
        proposal, region = await self._proposed(work, case.story, spot)
        return replace(case, proposal=proposal, region=region)

    async def _helped(
        self, work: Work, helped: Helped, teller: PersonId
    ) -> tuple[StaffId | None, PersonId]:
        """Say who helps whom, if the teller may help; else they tell it for themselves."""
        helper = await self._helper(work, teller)
        if helper is None:
            return None, teller
        return helper.id, await self.resident_for(work, helped)

    async def ring_own(self, resident: Resident, told: str) -> Filed | None:
        """Call who is on duty if what a logged-in resident writes on a page speaks of danger.

        It stands whatever becomes of the page's own purpose.
        """
        alarm = await self._ring_own(resident, told)
        if alarm is not None:
            await case_changed(self.bus, alarm.case_id)
        return alarm

    @built_upon
    async def _ring_own(self, resident: Resident, told: str) -> Filed | None:
        async with self.store.begin() as work:
            return await self.ring(work, told, await work.people.hold(resident.id))

    async def ring(
        self,
        work: Work,
        told: str,
        person: PersonId,
        *,
        about: MatterReport | None = None,
        taker: Staff | None = None,
        helped: Helped | None = None,
    ) -> Filed | None:
        """Call who is on duty if words speak of mortal danger, as the chat does.

        ``about`` is the daily-life matter in which they were told: where it is, and what it is.
        """
        found = alarms(told)
        if not found:
            return None
        alarm = RaiseAlarm(
            words="、".join(one.words for one in found),
            text=told,
            story="\n".join(dict.fromkeys((about.told, told))) if about else "",
            spot=about.spot if about else None,
            helped=helped,
        )
        filed = await self.raise_alarm(work, alarm, person=person, taker=taker)
        if taker is None:
            await self.hand_overs.open_for_alarm(work, person, told)
        return filed

    async def _tell_family(self, work: Work, told: str, person: PersonId) -> None:
        """Tell the guardians of danger, if both sides agreed and it can't come from them."""
        kinds = {one.kind for one in alarms(told)}
        if kinds and kinds <= FOR_THE_FAMILY:
            await self.guards.warn(work, person, Scope.DANGER)

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
        duty = await self._roster(work, cases[0].region if cases else self.centre.region)
        waiting = await work.cases.unfinished_of(person.id)
        handed = await work.hand_overs.open_of(person.id)
        heard = await self._who_hears.of_alarm(work, await alarm_among(work, cases, person.id))
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
            helps=await self.may_help(work, person.id),
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

    async def added_to_alarm(self, resident: Resident, case_id: CaseId) -> bool:
        """Was a report put to this case because an alarm had made it before?"""
        async with self.store.read() as work:
            case = await work.cases.get(case_id, scope_of(resident))
            return any(
                one.kind == "case.report-confirmed" for one in await work.cases.history(case.id)
            )

    async def who_was_called(self, resident: Resident) -> str:
        """Say who hears of a resident's alarm, or saw it within the day, and how they are reached.

        Empty without an alarm.
        """
        async with self.store.read() as work:
            person = await work.people.get(resident.id)
            return await self._who_hears.told(work, person)

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

    @built_upon
    async def _file_own(self, resident: Resident, report: Report, form: str) -> Filed:
        async with self.store.begin() as work:
            reporter = await work.people.hold(resident.id)
            await self._tell_family(work, _told_in(report), reporter)

            async def filed(work: Work) -> Filed:
                filed = await self._file_from_page(work, report, reporter)
                if told := _sentences_of(report):
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
        return await self._filed(work, case, await self._roster(work, case.region))

    async def _open(
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
        roster = await self._roster(work, case.region)
        unheard = [self._unheard(case)] if case.danger and not roster else []
        await work.cases.add(case, reported, *unheard)
        await self.media.attach(work, case, case.media, sender=sender)
        if case.danger:
            await self._ring(work, case, roster)
        at = case.reported_at + TERMS[DueKind.REGISTER].span
        await set_due(work, self.chance, DueKind.REGISTER, case.id, at=at)
        token = Token(purpose=Purpose.CASE, subject=case.id, case_id=case.id)
        await work.tokens.add(self.chance.id(), token, keep_text=True)
        if self.centre.check_content:
            await work.jobs.add(CheckContent(case.id), key=f"content-{case.id}")
        return await self._filed(work, case, roster)

    async def _complete(
        self, work: Work, case: Case, report: Report, *, sender: PersonId | None = None
    ) -> Filed:
        """Let the confirmed report complete the case that an alarm made of its beginning."""
        by = Resident(id=case.reporter)
        proposal, region = await self._proposed(work, report.story, report.spot, report.kind_told)
        whole, confirmed = case.confirm_report(
            report,
            story=_with_earlier_place(report, case),
            proposal=proposal,
            region=region,
            by=by,
            at=self.clock(),
        )
        await self.media.attach(work, whole, _not_in(case, report.media), sender=sender)
        new = {words: told for words, told in _danger_in(report).items() if not _heard(case, words)}
        elsewhere = case.alarmed and whole.region != case.region
        return await self._sound(work, whole, by, new, confirmed, again=elsewhere)

    async def _sound(
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
        roster = await self._roster(work, case.region)
        if rings and not roster:
            events.append(self._unheard(case))
        if events:
            await work.cases.save(case, *events)
        if rings:
            await self._ring(work, case, roster)
        return await self._filed(work, case, roster)

    async def _case(self, work: Work, report: Report, reporter: PersonId) -> Case:
        year = self.clock().astimezone(self.centre.zone).year
        count = await work.cases.next_number("case", year)
        proposal, region = await self._proposed(work, report.story, report.spot, report.kind_told)
        return Case(
            id=CaseId(self.chance.id()),
            number=f"〔{year}〕{self.centre.number_word}综字第{count:04d}号",
            reporter=reporter,
            story=_story(report, alarmed=bool(_danger_in(report))),
            spot=report.spot,
            region=region,
            reported_at=self.clock(),
            proposal=proposal,
            parties=(Party(person_id=reporter, side=Side.APPLICANT),),
            media=report.media,
        )

    async def _proposed(
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

    async def _filed(self, work: Work, case: Case, roster: Sequence[StaffMember]) -> Filed:
        secret = await work.tokens.text(Purpose.CASE, case.id)
        return Filed(
            case_id=case.id,
            case_number=case.number,
            code_url=self.centre.case_code(secret),
            alarm_told=called(roster),
        )

    async def _roster(self, work: Work, region: str) -> Sequence[StaffMember]:
        return await on_duty(work, region, centre=self.centre.region)

    async def _ring(self, work: Work, case: Case, roster: Sequence[StaffMember]) -> None:
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

    def _unheard(self, case: Case) -> Event:
        return Event(
            subject=case.id,
            case_id=case.id,
            kind="case.nobody-on-duty",
            by=SYSTEM.ref,
            at=self.clock(),
        )


async def _cell_at(work: Work, point: Spot) -> str:
    """Name the grid cell that holds the point."""
    cells = await work.cells.all()
    found = propose_cell(cells, point)
    return next((cell.name for cell in cells if found.sure and cell.id == found.value), "")


def _may_hold(case: Case, alarm: RaiseAlarm, person: PersonId) -> bool:
    """What somebody sent goes into a case of their own; nobody would hear it elsewhere."""
    return not alarm.media or case.reporter == person


def _not_in(case: Case, media: Iterable[MediaId]) -> Sequence[MediaId]:
    return [one for one in dict.fromkeys(media) if one not in case.media]


def _as_sent(form: str, reporter: object, report: Report) -> str:
    """Tell one sending from another: a word more, of danger perhaps, must never be dropped."""
    words = (report.story, report.spot.words, report.others, report.danger_told)
    return repr((form, reporter, words))


def _shows_more(report: Report, case: Case) -> bool:
    """A form that is come back to may have lost its pictures and its point; new ones count."""
    point = (report.spot.latitude, report.spot.longitude)
    moved = point not in ((None, None), (case.spot.latitude, case.spot.longitude))
    return moved or not set(report.media) <= set(case.media)


def _danger_in(report: Report) -> Mapping[str, str]:
    """Give the words of danger, each with the sentence it stands in."""
    return _danger_told(_told_in(report))


def _danger_told(told: str) -> Mapping[str, str]:
    return {found.words: sentence_with(found.words, told) for found in alarms(told)}


def _told_in(report: Report) -> str:
    return f"{report.story}\n{report.spot.words}\n{report.others}\n{report.danger_told}"


def _sentences_of(report: Report) -> tuple[str, ...]:
    return _sentences_in(_told_in(report))


def _sentences_in(told: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_danger_told(told).values()))


def _judged(alarm: RaiseAlarm) -> str:
    return told_together(alarm.before, alarm.text) if alarm.before else alarm.text


def _told_of(alarm: RaiseAlarm) -> Mapping[str, str]:
    if alarm.before:  # neither of the two messages says it alone
        return {line: line for line in alarm.text.splitlines()}
    return sentences_with(alarm.words, alarm.text)


def _heard(case: Case, words: str) -> bool:
    return any(speaks_of(words, told) for told in (*case.danger, case.story))


def _as_report(alarm: RaiseAlarm) -> Report:
    told = (alarm.story or alarm.text).strip()[:MOST_TOLD]
    return Report(
        story=told.ljust(SHORTEST_STORY, "。"),
        spot=alarm.spot or Spot(words=NO_PLACE_TOLD),
        media=alarm.media,
    )


def _with_earlier_place(report: Report, case: Case) -> str:
    """Whoever was called to one place must still find it when the report names another."""
    if _stands_in(case.story, report.danger_told):
        report = replace(report, danger_told="")
    story = _story(report, alarmed=bool(case.danger))
    return "\n".join(filter(None, (story, place_before(case, report.spot))))


def _stands_in(story: str, told: str) -> bool:
    """Was it put down already when it was said, perhaps with its time behind it?"""
    lines = [f"{one}（" for one in story.splitlines()]
    return all(any(one.startswith(f"{line}（") for one in lines) for line in told.splitlines())


def _story(report: Report, *, alarmed: bool) -> str:
    """Put together what was told; "nobody is in danger" is no word for a case with an alarm."""
    parts, danger = [report.story.strip()], report.danger_told.strip()
    if report.others.strip():
        parts.append(OTHERS_TOLD.format(others=report.others.strip()))
    if danger and not (alarmed and danger.rstrip("。！!.") in TOLD_AS_SAFE):
        parts.append(DANGER_TOLD.format(told=danger))
    return "\n".join(parts)
