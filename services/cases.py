"""The ledger's desk: who sees which case, and every deed of the centre on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from domain.access import Action, can
from domain.actors import Actor, Resident, Role, Staff
from domain.agreements import Closed, CloseReason
from domain.cases import GOING_ON, IN_HAND, Case, CaseState, EndReason, RefuseGround
from domain.codes import Purpose, Token
from domain.deadlines import TERMS, DueKind
from domain.errors import BadInput, NotFound
from domain.history import Event
from domain.ids import CaseId, CellId, StaffId
from domain.notices import NoticeKind
from domain.ports.cases import CaseFilter
from domain.ports.outside import Bus, Chance, Clock, CodePictures, Objects
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING, scope_of
from domain.taxonomy import DISPUTE_TYPES, TypeCode
from services.agreements import lay_down
from services.alarms import take_care
from services.case_views import CaseViews
from services.desk_rules import case_for, one_of, unchanged
from services.dues import set_due
from services.duty import those_with
from services.meetings import MeetingDesk
from services.next_steps import next_step
from services.notices import NoticeDesk
from services.numbers_shown import IN_CASE, is_whole, note_shown
from services.rooms import review_rooms
from services.settings import Centre
from services.tidings import case_changed
from services.views import CaseLineView, CaseView, Choice, NoticeView, PublicCase, TaskList
from services.words import CASE_STATES, END_REASONS, REFUSE_GROUNDS

TASKS_AT_ONCE, MOST_TASKS = 50, 200
LONGEST_NOTE = 500  #: characters of what came of a call
#: In which states a role has something to do; the others are told what goes on.
WAITS_FOR_ROLE: Mapping[Role, frozenset[CaseState]] = MappingProxyType(
    {
        Role.MEDIATOR: IN_HAND,
        Role.DISPATCHER: frozenset({CaseState.REPORTED, CaseState.REGISTERED}),
    }
)
NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the forms of the workbench offer."""

    types: tuple[Choice, ...]
    cells: tuple[Choice, ...]
    mediators: tuple[Choice, ...]
    grounds: tuple[Choice, ...]
    end_reasons: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDesk:
    """The desk of the ledger (一本账)."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    objects: Objects
    notices: NoticeDesk
    meetings: MeetingDesk
    pictures: CodePictures
    centre: Centre
    most_tasks: int = MOST_TASKS

    @property
    def views(self) -> CaseViews:
        """The views of cases, for this centre."""
        return CaseViews(centre=self.centre, now=self.clock())

    async def page(
        self, actor: Actor, wanted: CaseFilter, *, limit: int, after: str
    ) -> tuple[tuple[CaseLineView, ...], str]:
        """List the cases of the actor's part of the ledger, alarms first, the longest ringing."""
        async with self.store.read() as work:
            cases, key = await work.cases.page(scope_of(actor), wanted, limit=limit, after=after)
            names = await self.views.names(work)
            lines = [await self.views.line(work, case, names, actor) for case in cases]
        rings = sorted([one for one in lines if one.alarmed_at], key=_rings_since)
        return (*rings, *[one for one in lines if not one.alarmed_at]), key

    async def without_mediator(self, actor: Actor) -> tuple[CaseLineView, ...]:
        """List what lost its mediator on the way and has to be given to another."""
        wanted = CaseFilter(states=IN_HAND, without_mediator=True)
        return (await self.page(actor, wanted, limit=50, after=""))[0]

    async def tasks(self, actor: Staff) -> TaskList:
        """List what waits for somebody of the centre: danger first, then the soonest deadline."""
        states = WAITS_FOR_ROLE.get(actor.role, GOING_ON)
        wanted = CaseFilter(states=states, oldest_first=True)  # what does not fit is the newest
        waiting = await self._up_to(actor, wanted, self.most_tasks)
        lines = list(waiting)
        if actor.role is Role.DISPATCHER:
            in_danger = await self._up_to(actor, CaseFilter(states=GOING_ON), TASKS_AT_ONCE)
            lines += [one for one in in_danger if one.alarmed]
            lines += await self.without_mediator(actor)
        counts = await self.counts(actor)
        all_waiting = sum(counts.get(state, 0) for state in wanted.states)
        return TaskList(
            items=tuple(sorted({one.id: one for one in lines}.values(), key=_how_soon)),
            left_out=max(all_waiting - len(waiting), 0),
        )

    async def _up_to(self, actor: Staff, wanted: CaseFilter, most: int) -> Sequence[CaseLineView]:
        lines: list[CaseLineView] = []
        after = ""
        while len(lines) < most:
            limit = min(TASKS_AT_ONCE, most - len(lines))
            more, after = await self.page(actor, wanted, limit=limit, after=after)
            lines += more
            if not after:
                break
        return lines

    async def mine(self, resident: Resident) -> tuple[CaseLineView, ...]:
        """List a resident's own cases, newest first."""
        lines, _ = await self.page(resident, CaseFilter(), limit=50, after="")
        return lines

    async def counts(self, actor: Actor) -> Mapping[CaseState, int]:
        """Count the actor's cases by state."""
        async with self.store.read() as work:
            return await work.cases.counts(scope_of(actor))

    async def view(self, actor: Actor, case_id: CaseId) -> CaseView:
        """Show one case as the actor may see it."""
        async with self.store.read() as work:
            case = await case_for(work, actor, Action.SEE, case_id)
            view = await self.views.whole(work, case, actor)
        shown = [one.person_id for one in view.parties if is_whole(one.phone)]
        shown += [one.person_id for one in view.in_danger if is_whole(one.phone)]
        now = self.clock()
        await note_shown(self.store, IN_CASE, dict.fromkeys(shown), about=case_id, by=actor, at=now)
        return view

    async def public(self, secret: str) -> PublicCase:
        """Show what a stranger with the case code sees: nothing personal."""
        async with self.store.read() as work:
            token = await work.tokens.find(Purpose.CASE, secret)
            case = await work.cases.get(token.case_id, EVERYTHING)
            step = await next_step(work, case)
        return PublicCase(
            state=case.state,
            state_words=CASE_STATES[case.state],
            next_step=step,
            office=self.centre.name,
            phone=self.centre.phone,
        )

    async def register(
        self, actor: Actor, case_id: CaseId, *, version: int, type_code: str, cell: str
    ) -> None:
        """Take the case on (受理)."""
        async with self._case(actor, Action.REGISTER, case_id, version) as (work, case):
            chosen = (await work.cells.get(CellId(cell))).id if cell else None
            now = self.clock()
            await work.cases.save(
                *case.register(type_code=TypeCode(type_code), cell=chosen, by=actor, at=now)
            )
            await work.dues.drop(DueKind.REGISTER, case_id)
            await self._tell_reporter(work, case, NoticeKind.CASE_REGISTERED)

    async def refuse(self, actor: Actor, case_id: CaseId, *, version: int, ground: str) -> None:
        """Not take the case on, with the ground (不予受理)."""
        chosen = one_of(RefuseGround, "ground", ground)
        async with self._case(actor, Action.REGISTER, case_id, version) as (work, case):
            await work.cases.save(*case.refuse(chosen, by=actor, at=self.clock()))
            await work.dues.drop(DueKind.REGISTER, case_id)
            await self._tell_reporter(
                work, case, NoticeKind.CASE_REFUSED, reason=REFUSE_GROUNDS[chosen]
            )

    async def dispatch(self, actor: Actor, case_id: CaseId, *, version: int, mediator: str) -> None:
        """Hand the case to a mediator, who hears of it at once (分派)."""
        async with self._case(actor, Action.DISPATCH, case_id, version) as (work, case):
            member = await work.staff.get(StaffId(mediator))
            if Role.MEDIATOR not in member.roles or not member.active:
                raise BadInput("mediator", "not a mediator")
            dispatched, event = case.dispatch(member.id, by=actor, at=self.clock())
            await work.cases.save(dispatched, event)
            if dispatched.state is CaseState.DISPATCHED:
                at = self.clock() + TERMS[DueKind.ACCEPT].span
                await set_due(work, self.chance, DueKind.ACCEPT, case_id, at=at)
            await review_rooms(work, case_id)  # the mediator before has no place there any more
            await self.notices.post(
                work,
                NoticeKind.DISPATCHED,
                case_id=case_id,
                to_staff=member.id,
                facts={"url": self.centre.desk_page(case_id)},
            )

    async def accept(self, actor: Actor, case_id: CaseId, *, version: int) -> None:
        """Take the case as its mediator (接单)."""
        async with self._case(actor, Action.ACCEPT, case_id, version) as (work, case):
            await work.cases.save(*case.accept(by=actor, at=self.clock()))
            await work.dues.drop(DueKind.ACCEPT, case_id)
            await self._tell_reporter(work, case, NoticeKind.CASE_ACCEPTED)

    async def give_back(self, actor: Actor, case_id: CaseId, *, version: int, reason: str) -> None:
        """Return the case to the centre (退单)."""
        async with self._case(actor, Action.ACCEPT, case_id, version) as (work, case):
            await work.cases.save(*case.give_back(reason, by=actor, at=self.clock()))
            await review_rooms(work, case_id)
            await work.dues.drop(DueKind.ACCEPT, case_id)

    async def acknowledge(self, actor: Actor, case_id: CaseId) -> None:
        """Take care of an alarm: the next on duty is not called any more."""
        if not isinstance(actor, Staff):
            raise NotFound(case_id)
        async with self._case(actor, Action.ACKNOWLEDGE, case_id) as (work, case):
            await take_care(work, case, actor, notices=self.notices, at=self.clock())

    async def note_call(self, actor: Actor, case_id: CaseId, *, words: str) -> None:
        """Keep that somebody called whoever told of danger, and what came of it."""
        told = words.strip()
        if not 1 <= len(told) <= LONGEST_NOTE:
            raise BadInput("words", f"1 to {LONGEST_NOTE} characters")
        async with self._case(actor, Action.ACKNOWLEDGE, case_id) as (work, case):
            if not case.danger:
                raise NotFound(case_id)
            called = Event(
                subject=case_id,
                case_id=case_id,
                kind="case.danger-called",
                by=actor.ref,
                at=self.clock(),
                detail={"words": told},
            )
            await work.cases.note(called)

    async def end(self, actor: Actor, case_id: CaseId, *, version: int, reason: str) -> None:
        """End the mediation without agreement; the parties are told their remedies."""
        chosen = one_of(EndReason, "reason", reason)
        async with self._case(actor, Action.END, case_id, version) as (work, case):
            now = self.clock()
            for paper in (await work.agreements.of_case(case_id))[:1]:
                if not isinstance(paper, Closed):  # nobody signs for a mediation that is over
                    await lay_down(work, paper, case, CloseReason.WITHDRAWN, by=actor, at=now)
            await self.meetings.finish(work, case, by=actor, reason=END_REASONS[chosen])
            await work.cases.save(*case.end(chosen, by=actor, at=now))
            for party in case.parties:
                await self.notices.post(
                    work,
                    NoticeKind.CASE_ENDED,
                    case_id=case_id,
                    to_person=party.person_id,
                    facts={"number": case.number, "reason": END_REASONS[chosen]},
                )

    async def archive(self, actor: Actor, case_id: CaseId, *, version: int) -> None:
        """Close the file (归档)."""
        async with self._case(actor, Action.ARCHIVE, case_id, version) as (work, case):
            await work.cases.save(*case.archive(by=actor, at=self.clock()))

    async def choices(self, actor: Actor) -> Choices:
        """Give what the forms of the workbench offer to this member of staff."""
        if not isinstance(actor, Staff):
            raise NotFound("choices")
        async with self.store.read() as work:
            cells = [
                cell for cell in await work.cells.all() if cell.region.startswith(actor.region)
            ]
            staff = [
                member
                for member in await those_with(work, Role.MEDIATOR)
                if member.region.startswith(actor.region)
            ]
        return Choices(
            types=tuple(Choice(value=code, words=word) for code, word in DISPUTE_TYPES.items()),
            cells=tuple(Choice(value=cell.id, words=cell.name) for cell in cells),
            mediators=tuple(Choice(value=member.id, words=member.name) for member in staff),
            grounds=tuple(Choice(value=g, words=word) for g, word in REFUSE_GROUNDS.items()),
            end_reasons=tuple(Choice(value=r, words=word) for r, word in END_REASONS.items()),
        )

    async def code_picture(self, actor: Actor, case_id: CaseId) -> bytes:
        """Give the case code as a PNG; printing it again is not re-issuing it."""
        async with self.store.read() as work:
            case = await case_for(work, actor, Action.SEE, case_id)
            secret = await work.tokens.text(Purpose.CASE, case.id)
        return self.pictures.png(self.centre.case_code(secret))

    async def reissue_code(self, actor: Actor, case_id: CaseId) -> str:
        """Give the case a new code; the one before leads nowhere from now on."""
        if not isinstance(actor, Staff):
            raise NotFound(case_id)
        async with self.store.begin() as work:
            case = await case_for(work, actor, Action.REISSUE_CODE, case_id)
            await work.tokens.revoke(Purpose.CASE, case.id)
            secret = self.chance.id()
            token = Token(purpose=Purpose.CASE, subject=case.id, case_id=case.id)
            await work.tokens.add(secret, token, keep_text=True)
            event = Event(
                subject=case.id,
                case_id=case.id,
                kind="case.code-reissued",
                by=actor.ref,
                at=self.clock(),
            )
            await work.cases.save(case, event)
        return self.centre.case_code(secret)

    async def unknown_notices(self, actor: Actor) -> tuple[NoticeView, ...]:
        """List the messages whose outcome can't be known, for an operator to look into."""
        if not isinstance(actor, Staff):
            raise NotFound("notices")
        async with self.store.read() as work:
            found = []
            for notice in await work.notices.unknown():
                if notice.case_id is None:
                    continue
                case = await work.cases.get(notice.case_id, EVERYTHING)
                if can(actor, Action.SEE, case).allow:
                    found.append(await self.views.notice(work, notice))
        return tuple(found)

    @asynccontextmanager
    async def _case(
        self, actor: Actor, action: Action, case_id: CaseId, version: int | None = None
    ) -> AsyncIterator[tuple[Work, Case]]:
        """Open a case for a change: who may, on the state they saw; it is told once it is kept."""
        async with self.store.begin() as work:
            case = await case_for(work, actor, action, case_id)
            yield work, case if version is None else unchanged(case, version)
        await case_changed(self.bus, case_id)

    async def _tell_reporter(self, work: Work, case: Case, kind: NoticeKind, **facts: str) -> None:
        if case.party_of(case.reporter) is None:
            return  # a grid worker found it: nobody waits to hear
        secret = await work.tokens.text(Purpose.CASE, case.id)
        address = self.centre.case_code(secret)
        await self.notices.post(
            work,
            kind,
            case_id=case.id,
            to_person=case.reporter,
            facts={"number": case.number, "url": address, **facts},
        )


def _how_soon(line: CaseLineView) -> tuple[bool, datetime]:
    return not line.alarmed, line.next_step.due or NO_DEADLINE


def _rings_since(line: CaseLineView) -> float:
    return line.alarmed_at.timestamp() if line.alarmed_at else 0.0
