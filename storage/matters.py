"""The daily-life matters in the database."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, delete, false, func, select, true, tuple_

from domain.errors import BadInput
from domain.history import Event
from domain.ids import MatterId, PersonId
from domain.matters import OPEN, Matter, MatterState
from domain.scope import Scope
from storage.columns import EPOCH, MICROSECOND, UtcInstant
from storage.forms import Form
from storage.history import events_about, keep_events
from storage.rows.matters import MatterRow
from storage.transaction import Transaction

MATTER = Form(Matter)
PLACE = (UtcInstant(), Text())  #: kinds of the parts of a list's key


class SqlMatters:
    """The daily-life matters, each query inside a scope."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, matter: Matter, *events: Event) -> None:
        """Keep a new matter."""
        values = {"version": matter.version, **_values(matter)}
        await self._tx.run(self._tx.insert(MatterRow).values(id=matter.id, **values))
        await keep_events(self._tx, events)

    async def get(self, matter_id: MatterId, scope: Scope) -> Matter:
        """Return it if the scope holds it."""
        wanted = select(MatterRow).where(MatterRow.id == matter_id, _within(scope))
        return _matter(await self._tx.one(wanted))

    async def save(self, matter: Matter, *events: Event) -> None:
        """Keep the changed matter."""
        await self._tx.swap(MatterRow, matter.id, matter.version, **_values(matter))
        await keep_events(self._tx, events)

    async def page(
        self, scope: Scope, states: Collection[MatterState], *, limit: int, after: str = ""
    ) -> tuple[Sequence[Matter], str]:
        """Return one page: what waits, due first before the others; what is over, last first."""
        listed = select(MatterRow).where(_within(scope), MatterRow.state.in_(states))
        waiting = OPEN.issuperset(states)
        columns = (MatterRow.reply_by, MatterRow.id)
        if after:
            place, last = tuple_(*columns), tuple_(*_place(after), types=PLACE)
            listed = listed.where(place > last if waiting else place < last)
        order = columns if waiting else [one.desc() for one in columns]
        rows = await self._tx.all(listed.order_by(*order).limit(limit + 1))
        shown = rows[:limit]
        behind = _key(shown[-1]) if len(rows) > limit and shown else ""
        return [_matter(row) for row in shown], behind

    async def count_late(self, scope: Scope, *, at: datetime) -> int:
        """Count the matters whose answer was due before the moment."""
        late = (MatterRow.state.in_(OPEN), MatterRow.reply_by < at)
        return await self._tx.one(
            select(func.count()).select_from(MatterRow).where(_within(scope), *late)
        )

    async def of_person(self, person: PersonId, *, limit: int = 0) -> Sequence[Matter]:
        """Return what somebody reported, newest first."""
        own = select(MatterRow).where(MatterRow.reporter == person)
        newest = own.order_by(MatterRow.reported_at.desc(), MatterRow.id)
        rows = await self._tx.all(newest.limit(limit) if limit else newest)
        return [_matter(row) for row in rows]

    async def history(self, matter_id: MatterId) -> Sequence[Event]:
        """Return every event of the matter, oldest first."""
        return await events_about(self._tx, matter_id)

    async def drop(self, matter_id: MatterId) -> None:
        """Delete it."""
        await self._tx.run(delete(MatterRow).where(MatterRow.id == matter_id))


def _within(scope: Scope) -> ColumnElement[bool]:
    """The condition of a scope; mediators and helpers have cases, and no matters."""
    if scope.everything:
        return true()
    if scope.mediator or scope.helper:
        return false()
    if scope.region:
        return MatterRow.region.startswith(scope.region, autoescape=True)
    return MatterRow.reporter == scope.person if scope.person else false()


def _key(row: MatterRow) -> str:
    micros = (row.reply_by - EPOCH) // MICROSECOND
    return base64.urlsafe_b64encode(f"{micros}.{row.id}".encode()).decode()


def _place(after: str) -> tuple[datetime, str]:
    try:
        micros, _, matter_id = (
            base64.urlsafe_b64decode(after.encode("ascii")).decode().partition(".")
        )
        return EPOCH + int(micros) * MICROSECOND, matter_id
    except (ValueError, binascii.Error, OverflowError) as error:
        raise BadInput("after", "not a key of this list") from error


def _values(matter: Matter) -> dict[str, Any]:
    return {
        "number": matter.number,
        "reporter": matter.reporter,
        "region": matter.region,
        "state": matter.state,
        "reported_at": matter.reported_at,
        "reply_by": matter.reply_by,
        "body": MATTER.write(matter),
    }


def _matter(row: MatterRow) -> Matter:
    kept = MATTER.read(row.body)
    # The row's own columns are what a merge of two people, or a change, wrote last.
    return replace(kept, reporter=PersonId(row.reporter), version=row.version)
