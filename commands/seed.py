"""`server.py seed`: an invented district with cases in every early state, in an empty demo only."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rich.console import Console
from rich.progress import track

from commands.district import HASHING_KIB, STAFF, settle
from commands.ground import ground
from commands.installing import establish
from commands.office import Office, office
from commands.places import DEMO_MARK, Places, pki_dir
from commands.refusing import CommandRefused
from commands.seed_matters import Seeding
from commands.stories import STORIES
from config import Config
from documents.paper_place import Place
from documents.paper_room import PaperRoom
from domain.actors import Actor, Resident, Role
from domain.cases import CaseState, EndReason, RefuseGround, Report, Spot
from domain.ids import CaseId, PersonId, StaffId
from domain.people import Person, StaffMember
from domain.ports.store import Store
from domain.scope import EVERYTHING
from domain.taxonomy import OTHER
from storage.passwords import Argon2Passwords

#: How long ago a case was reported that stands so now: young enough that nothing is overdue.
AGES: Mapping[CaseState, tuple[timedelta, timedelta]] = {
    CaseState.REPORTED: (timedelta(minutes=5), timedelta(hours=12)),
    CaseState.REGISTERED: (timedelta(hours=13), timedelta(days=5)),
    CaseState.DISPATCHED: (timedelta(hours=8), timedelta(days=2)),
    CaseState.ACCEPTED: (timedelta(days=1), timedelta(days=20)),
    CaseState.REFUSED: (timedelta(days=2), timedelta(days=40)),
    CaseState.ENDED: (timedelta(days=5), timedelta(days=60)),
    CaseState.ARCHIVED: (timedelta(days=20), timedelta(days=90)),
}
WAY: Mapping[CaseState, tuple[CaseState, ...]] = {
    CaseState.REPORTED: (),
    CaseState.REGISTERED: (CaseState.REGISTERED,),
    CaseState.DISPATCHED: (CaseState.REGISTERED, CaseState.DISPATCHED),
    CaseState.ACCEPTED: (CaseState.REGISTERED, CaseState.DISPATCHED, CaseState.ACCEPTED),
    CaseState.REFUSED: (CaseState.REFUSED,),
    CaseState.ENDED: (
        CaseState.REGISTERED,
        CaseState.DISPATCHED,
        CaseState.ACCEPTED,
        CaseState.ENDED,
    ),
    CaseState.ARCHIVED: (
        CaseState.REGISTERED,
        CaseState.DISPATCHED,
        CaseState.ACCEPTED,
        CaseState.ENDED,
        CaseState.ARCHIVED,
    ),
}


@dataclass
class SeedClock:
    """Tells the moment at which the invented thing happened."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the moment."""
        return self.now

    def set(self, moment: datetime) -> None:
        """Be at another moment."""
        self.now = moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One case to be: where it stands now and when it was reported."""

    state: CaseState
    reported_at: datetime
    story: str
    spot: str
    mediator: StaffId


def run(config: Config, *, cases: int, seed: int) -> int:
    """Fill an empty demo; anything else is refused untouched."""
    if not Places(data=config.data.dir).demo:
        raise CommandRefused(
            f"{config.data.dir} is not marked as a demo (a file named {DEMO_MARK} in it).",
            "这里不是演示数据目录，不能放虚构数据。",
        )
    establish(config, demo=True)
    matters = asyncio.run(_fill(config, cases=cases, seed=seed))
    told = f"{len(STAFF)} members of staff, {cases} cases, {matters} daily-life matters"
    sys.stdout.write(f"{told}, all invented\n")
    return 0


async def _fill(config: Config, *, cases: int, seed: int) -> int:
    """Let everything happen; how many daily-life matters there are."""
    printed = Argon2Passwords(HASHING_KIB)
    async with ground(config) as on:
        if not await _is_empty(on.store) or not await settle(on.store, printed):
            raise CommandRefused(
                "There is something in this ledger already.", "这里已经有数据，没有再放。"
            )
        clock, now = SeedClock(on.clock()), on.clock()
        # A pool of paper processes starts with the first paper, and here is none.
        papers = PaperRoom(Place(pki_dir(config), config.documents.fonts, ""))
        try:
            desks = office(replace(on, clock=clock), papers)
            async with on.store.read() as work:
                staff = {role: one for one in await work.staff.all() for role in one.roles}
            chance = random.Random(seed)  # noqa: S311  # invented things, no secrets
            plans = sorted(_plans(cases, chance, clock.now), key=lambda one: one.reported_at)
            for plan in track(plans, "cases", console=Console(stderr=True)):
                await _let_happen(desks, on.store, clock, staff, plan)
            clerk = staff[Role.DISPATCHER].acting_as(Role.DISPATCHER)
            seeding = Seeding(desks=desks, store=on.store, clerk=clerk, at=clock.set)
            return await seeding.all(now)
        finally:
            await papers.close()


async def _is_empty(store: Store) -> bool:
    async with store.read() as work:
        people = await work.staff.everybody()
        return not people and not await work.cases.counts(EVERYTHING)


def _plans(count: int, chance: random.Random, now: datetime) -> Iterator[Plan]:
    mediators = [StaffId(f"staff-{one.login}") for one in STAFF if Role.MEDIATOR in one.roles]
    states = list(AGES)
    for number in range(count):
        state = states[number % len(states)]
        youngest, oldest = AGES[state]
        story, spot = chance.choice(STORIES)
        yield Plan(
            state=state,
            reported_at=now - youngest - (oldest - youngest) * chance.random(),
            story=story,
            spot=spot,
            mediator=chance.choice(mediators),
        )


async def _let_happen(
    desks: Office,
    store: Store,
    clock: SeedClock,
    staff: Mapping[Role, StaffMember],
    plan: Plan,
) -> None:
    clock.now = plan.reported_at
    person = Person(id=PersonId(desks.reports.chance.id()), name="王居民")
    async with store.begin() as work:
        await work.people.add(person)
    report = Report(story=plan.story, spot=Spot(words=plan.spot))
    filed = await desks.reports.file_own(Resident(id=person.id), report)
    clerk = staff[Role.DISPATCHER].acting_as(Role.DISPATCHER)
    async with store.read() as work:
        mediator = (await work.staff.get(plan.mediator)).acting_as(Role.MEDIATOR)
    for state in WAY[plan.state]:
        clock.now += timedelta(minutes=40)
        await _move(desks, store, filed.case_id, state, clerk=clerk, mediator=mediator)


async def _move(
    desks: Office, store: Store, case_id: CaseId, to: CaseState, *, clerk: Actor, mediator: Actor
) -> None:
    async with store.read() as work:
        case = await work.cases.get(case_id, EVERYTHING)
    version, kind = case.version, case.proposal.type_code.value or OTHER
    match to:
        case CaseState.REGISTERED:
            cell = case.proposal.cell.value
            await desks.cases.register(clerk, case_id, version=version, type_code=kind, cell=cell)
        case CaseState.REFUSED:
            ground = RefuseGround.NO_DISPUTE
            await desks.cases.refuse(clerk, case_id, version=version, ground=ground)
        case CaseState.DISPATCHED:
            chosen = mediator.ref.removeprefix("staff:")
            await desks.cases.dispatch(clerk, case_id, version=version, mediator=chosen)
        case CaseState.ACCEPTED:
            await desks.cases.accept(mediator, case_id, version=version)
        case CaseState.ENDED:
            reason = EndReason.SETTLED_THEMSELVES
            await desks.cases.end(mediator, case_id, version=version, reason=reason)
        case _:
            await desks.cases.archive(mediator, case_id, version=version)
