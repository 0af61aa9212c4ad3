"""What people told of themselves in their reports: proposed to the desk, and owned up to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from domain.cases import Case
from domain.errors import BadInput
from domain.history import Event
from domain.ids import CaseId, PersonId
from domain.people import Person
from domain.phones import e164
from domain.ports.store import Work
from domain.scope import EVERYTHING
from domain.self_told import SelfTold, self_told

AS_TOLD = "unchecked"  #: ``told`` of the event by which name and number were put down

PUT_DOWN = frozenset({"case.party-named", "case.party-added"})


def told_by_reporter(case: Case) -> SelfTold | None:
    """Give what the reporter told of themselves; what a grid worker told for them is no such."""
    return self_told(case.story) if case.helper is None else None


def proposed_for(case: Case, person: Person, *, demo: bool) -> SelfTold | None:
    """Give what of it the centre does not hold yet and could put down."""
    told = told_by_reporter(case) if person.id == case.reporter else None
    if told is None:
        return None
    name = "" if person.name else told.name
    phone = "" if person.phone or not _is_one(told.phone, demo=demo) else told.phone
    return replace(told, name=name, phone=phone) if name or phone else None


def taken_as_told(events: Sequence[Event], person: PersonId) -> bool:
    """Were the name and number put down last as they were told? Events, oldest first."""
    named = [one for one in events if one.kind in PUT_DOWN and one.detail.get("person") == person]
    return bool(named) and named[-1].detail.get("told") == AS_TOLD


async def told_in_cases(work: Work, person: PersonId, cases: Collection[CaseId]) -> list[SelfTold]:
    """Give what a person told of themselves in the cases they reported."""
    kept = [await work.cases.get(case_id, EVERYTHING) for case_id in cases]
    told = (told_by_reporter(case) for case in kept if case.reporter == person)
    return [one for one in told if one is not None]


def _is_one(typed: str, *, demo: bool) -> bool:
    try:
        return bool(e164(typed, demo=demo))
    except BadInput:
        return False
