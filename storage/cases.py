"""The cases in the database."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    delete,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)

from domain.capacities import Representation
from domain.cases import BEFORE_SIGNING, Case, CaseState, Party, Proposal, Side, Spot
from domain.errors import BadInput
from domain.history import Event
from domain.ids import CaseId, CellId, MediaId, PersonId, StaffId
from domain.ports.cases import CaseFilter
from domain.scope import Scope
from domain.taxonomy import TypeCode
from storage.columns import EPOCH, MICROSECOND, UtcInstant
from storage.forms import Form
from storage.history import history_of, keep_events
from storage.rows.cases import CaseRow, CaseWordRow, NumberRow, PartyRow
from storage.transaction import Transaction
from storage.words import blinded, pairs

SPOT = Form(Spot)
PROPOSAL = Form(Proposal)
REPRESENTATION = Form(Representation)

#: A mediator's case counts as open in these states.
OPEN = frozenset(
    {
        CaseState.DISPATCHED,
        CaseState.ACCEPTED,
        CaseState.MEDIATING,
        CaseState.SIGNING,
        CaseState.PERFORMING,
    }
)


PLACE = (Integer(), UtcInstant(), Text())  #: kinds of the parts of a list's key


class SqlCases:
    """The cases, each query inside a scope."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, case: Case, *events: Event) -> None:
        """Keep a new case."""
        mark = self._mark(case)
        values = {**self._values(case), "words_mark": mark, "version": case.version}
        await self._tx.run(self._tx.insert(CaseRow).values(id=case.id, **values))
        await self._keep_parties(case)
        await self._keep_words(case)
        await keep_events(self._tx, events)

    async def get(self, case_id: CaseId, scope: Scope) -> Case:
        """Return the case if the scope holds it."""
        row = await self._tx.one(select(CaseRow).where(CaseRow.id == case_id, within(scope)))
        return (await self._with_parties([row]))[0]

    async def save(self, case: Case, *events: Event) -> None:
        """Keep the changed case."""
        mark = self._mark(case)
        before = await self._tx.maybe(select(CaseRow.words_mark).where(CaseRow.id == case.id))
        values = self._values(case)
        await self._tx.swap(CaseRow, case.id, case.version, words_mark=mark, **values)
        await self._tx.run(delete(PartyRow).where(PartyRow.case_id == case.id))
        await self._keep_parties(case)
        if before != mark:
            await self._tx.run(delete(CaseWordRow).where(CaseWordRow.case_id == case.id))
            await self._keep_words(case)
        await keep_events(self._tx, events)

    async def unfinished_of(self, reporter: PersonId) -> Case | None:
        """Return the newest case that waits for this person's report and may still change."""
        waiting = select(CaseRow).where(
            CaseRow.reporter == reporter,
            CaseRow.unfinished == true(),
            CaseRow.state.in_(BEFORE_SIGNING),
        )
        row = await self._tx.maybe(waiting.order_by(CaseRow.reported_at.desc()).limit(1))
        return None if row is None else (await self._with_parties([row]))[0]

    async def page(
        self, scope: Scope, wanted: CaseFilter, *, limit: int, after: str = ""
    ) -> tuple[Sequence[Case], str]:
        """Return one page, the alarmed first, then the newest, or the oldest if that is wanted."""
        listed = select(CaseRow).where(within(scope), *self._conditions(wanted))
        listed = (
            _oldest_first(listed, after) if wanted.oldest_first else _newest_first(listed, after)
        )
        rows = await self._tx.all(listed.limit(limit + 1))
        shown = rows[:limit]
        behind = _key(shown[-1]) if len(rows) > limit and shown else ""
        return await self._with_parties(shown), behind

    async def open_counts(self) -> Mapping[StaffId, int]:
        """Count the open cases of each mediator."""
        counted = select(CaseRow.mediator, func.count()).where(
            CaseRow.mediator.is_not(None), CaseRow.state.in_(OPEN)
        )
        rows = await self._tx.tuples(counted.group_by(CaseRow.mediator))
        return {StaffId(mediator): count for mediator, count in rows}

    async def counts(self, scope: Scope) -> Mapping[CaseState, int]:
        """Count the cases of the scope by state."""
        counted = select(CaseRow.state, func.count()).where(within(scope))
        rows = await self._tx.tuples(counted.group_by(CaseRow.state))
        return {CaseState(state): count for state, count in rows}

    async def history(self, case_id: CaseId) -> Sequence[Event]:
        """Return every event of the case, or with an empty id those of none, oldest first."""
        return await history_of(self._tx, case_id)

    async def note(self, event: Event) -> None:
        """Keep an event that changes no row."""
        await keep_events(self._tx, [event])

    async def next_number(self, kind: str, year: int) -> int:
        """Count up the label of a year; rolled back with the work that wanted it."""
        counting = self._tx.insert(NumberRow).values(kind=kind, year=year, value=1)
        counting = counting.on_conflict_do_update(
            index_elements=["kind", "year"], set_={"value": NumberRow.value + 1}
        )
        ((value,),) = await self._tx.tuples(counting.returning(NumberRow.value))
        return int(value)

    def _conditions(self, wanted: CaseFilter) -> Iterable[ColumnElement[bool]]:
        if wanted.states:
            yield CaseRow.state.in_(wanted.states)
        if wanted.mediator is not None:
            yield CaseRow.mediator == wanted.mediator
        if wanted.without_mediator:
            yield CaseRow.mediator.is_(None)
        if wanted.words.strip():
            yield or_(
                CaseRow.number.contains(wanted.words.strip(), autoescape=True),
                self._holding(wanted.words),
            )

    def _holding(self, words: str) -> ColumnElement[bool]:
        sought = blinded(self._tx.keys, pairs(words))
        if not sought:
            return false()
        holders = select(CaseWordRow.case_id).where(CaseWordRow.word.in_(sought))
        holders = holders.group_by(CaseWordRow.case_id).having(func.count() == len(sought))
        return CaseRow.id.in_(holders)

    def _mark(self, case: Case) -> str:
        return self._tx.keys.blind(_searched(case), "cases.words_mark")

    async def _keep_parties(self, case: Case) -> None:
        rows = [
            {
                "case_id": case.id,
                "person_id": one.person_id,
                "side": one.side,
                "position": at,
                "represented": _written(one),
            }
            for at, one in enumerate(case.parties)
        ]
        if rows:
            await self._tx.run(self._tx.insert(PartyRow).values(rows))

    async def _keep_words(self, case: Case) -> None:
        words = blinded(self._tx.keys, pairs(_searched(case)))
        rows = [{"word": word, "case_id": case.id} for word in sorted(words)]
        for start in range(0, len(rows), 500):
            await self._tx.run(self._tx.insert(CaseWordRow).values(rows[start : start + 500]))

    async def _with_parties(self, rows: Sequence[CaseRow]) -> list[Case]:
        wanted = select(PartyRow).where(PartyRow.case_id.in_([row.id for row in rows]))
        parties: dict[str, list[Party]] = {row.id: [] for row in rows}
        for one in await self._tx.all(wanted.order_by(PartyRow.position)):
            hand = REPRESENTATION.read(one.represented) if one.represented else None
            party = Party(person_id=PersonId(one.person_id), side=Side(one.side), represented=hand)
            parties[one.case_id].append(party)
        return [_case(row, tuple(parties[row.id])) for row in rows]

    @staticmethod
    def _values(case: Case) -> dict[str, Any]:
        return {
            "number": case.number,
            "reporter": case.reporter,
            "story": case.story,
            "spot": SPOT.write(case.spot),
            "proposal": PROPOSAL.write(case.proposal),
            "danger": json.dumps(case.danger, ensure_ascii=False),
            "reason": case.reason,
            "region": case.region,
            "reported_at": case.reported_at,
            "media": case.media,
            "danger_seen_by": case.danger_seen_by,
            "alarmed": int(case.alarmed),
            "state": case.state,
            "type_code": case.type_code,
            "cell": case.cell,
            "mediator": case.mediator,
            "helper": case.helper,
            "unfinished": case.unfinished,
        }


def within(scope: Scope) -> ColumnElement[bool]:
    """The condition of a scope: each of its bounds holds; a scope without bounds sees nothing."""
    if scope.everything:
        return true()
    bounds: list[ColumnElement[bool]] = []
    if scope.region:
        bounds.append(CaseRow.region.startswith(scope.region, autoescape=True))
    if scope.mediator:
        bounds.append(CaseRow.mediator == scope.mediator)
    if scope.helper:
        bounds.append(CaseRow.helper == scope.helper)
    if scope.person:
        bounds.append(or_(CaseRow.reporter == scope.person, CaseRow.id.in_(_quarrels(scope))))
    return and_(*bounds) if bounds else false()


def _newest_first(listed: Select[CaseRow], after: str) -> Select[CaseRow]:
    place = (CaseRow.alarmed, CaseRow.reported_at, CaseRow.id)
    if after:
        listed = listed.where(tuple_(*place) < tuple_(*_place(after), types=PLACE))
    return listed.order_by(*(part.desc() for part in place))


def _oldest_first(listed: Select[CaseRow], after: str) -> Select[CaseRow]:
    place = (-CaseRow.alarmed, CaseRow.reported_at, CaseRow.id)
    if after:
        alarmed, at, case_id = _place(after)
        listed = listed.where(tuple_(*place) > tuple_(-alarmed, at, case_id, types=PLACE))
    return listed.order_by(*place)


def _quarrels(scope: Scope) -> Select[str]:
    return select(PartyRow.case_id).where(PartyRow.person_id == scope.person)


def _searched(case: Case) -> str:
    return f"{case.story}\n{case.spot.words}"


def _key(row: CaseRow) -> str:
    micros = (row.reported_at - EPOCH) // MICROSECOND
    return base64.urlsafe_b64encode(f"{row.alarmed}.{micros}.{row.id}".encode()).decode()


def _place(after: str) -> tuple[Any, Any, Any]:
    try:
        text = base64.urlsafe_b64decode(after.encode("ascii")).decode()
        alarmed, micros, case_id = text.split(".", 2)
        return int(alarmed), EPOCH + int(micros) * MICROSECOND, case_id
    except (ValueError, binascii.Error, OverflowError) as error:
        raise BadInput("after", "not a key of this list") from error


def _case(row: CaseRow, parties: tuple[Party, ...]) -> Case:
    return Case(
        id=CaseId(row.id),
        number=row.number,
        reporter=PersonId(row.reporter),
        story=row.story,
        spot=SPOT.read(row.spot),
        region=row.region,
        reported_at=row.reported_at,
        proposal=PROPOSAL.read(row.proposal),
        parties=parties,
        media=tuple(MediaId(one) for one in row.media),
        danger=tuple(json.loads(row.danger)),
        danger_seen_by=StaffId(row.danger_seen_by) if row.danger_seen_by else None,
        state=CaseState(row.state),
        type_code=TypeCode(row.type_code) if row.type_code else None,
        cell=CellId(row.cell) if row.cell else None,
        mediator=StaffId(row.mediator) if row.mediator else None,
        helper=StaffId(row.helper) if row.helper else None,
        reason=row.reason,
        unfinished=row.unfinished,
        version=row.version,
    )


def _written(party: Party) -> str | None:
    return None if party.represented is None else REPRESENTATION.write(party.represented)
