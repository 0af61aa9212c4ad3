"""The talks with humans, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select

from domain.handovers import HandOver, HandOverState
from domain.history import Event
from domain.ids import PersonId
from storage.forms import Form
from storage.history import keep_events
from storage.rows.handovers import HandOverRow
from storage.transaction import Transaction

HAND_OVER = Form(HandOver)
ENDED = HandOverRow.state == HandOverState.ENDED


class SqlHandOvers:
    """The talks that were handed to a human."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, hand_over: HandOver, *events: Event) -> None:
        """Keep a new request."""
        new = self._tx.insert(HandOverRow).values(
            id=hand_over.id, version=hand_over.version, **_values(hand_over)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def get(self, hand_over_id: str) -> HandOver:
        """Return it."""
        row = await self._tx.one(select(HandOverRow).where(HandOverRow.id == hand_over_id))
        return _hand_over(row)

    async def save(self, hand_over: HandOver, *events: Event) -> None:
        """Keep the changed talk."""
        await self._tx.swap(HandOverRow, hand_over.id, hand_over.version, **_values(hand_over))
        await keep_events(self._tx, events)

    async def open_of(self, person: PersonId) -> HandOver | None:
        """Return the person's talk that is not over; of several the oldest."""
        own = select(HandOverRow).where(HandOverRow.person_id == person, ~ENDED)
        row = await self._tx.maybe(own.order_by(HandOverRow.asked_at, HandOverRow.id).limit(1))
        return None if row is None else _hand_over(row)

    async def listed(self, region: str, *, ended: int) -> Sequence[HandOver]:
        """Return the open talks of a region, the longest waiting first, then the last ended."""
        here = select(HandOverRow).where(HandOverRow.region.startswith(region, autoescape=True))
        going_on = here.where(~ENDED).order_by(HandOverRow.asked_at, HandOverRow.id)
        over = here.where(ENDED).order_by(HandOverRow.asked_at.desc(), HandOverRow.id).limit(ended)
        return [*await self._all(going_on), *await self._all(over)]

    async def count_waiting(self, region: str, *, since: datetime) -> int:
        """Count the requests of a region that nobody took, asked for by then."""
        here = HandOverRow.region.startswith(region, autoescape=True)
        waits = HandOverRow.state == HandOverState.WAITING
        late = select(func.count()).select_from(HandOverRow)
        return await self._tx.one(late.where(here, waits, HandOverRow.asked_at <= since))

    async def of_person(self, person: PersonId) -> Sequence[HandOver]:
        """Return somebody's talks, newest first."""
        own = select(HandOverRow).where(HandOverRow.person_id == person)
        return await self._all(own.order_by(HandOverRow.asked_at.desc(), HandOverRow.id))

    async def drop_ended(self, person: PersonId, *, until: datetime) -> None:
        """Delete somebody's talks that are over and were asked for up to the moment."""
        own = (HandOverRow.person_id == person, HandOverRow.asked_at <= until)
        await self._tx.run(delete(HandOverRow).where(*own, ENDED))

    async def _all(self, wanted: Select[HandOverRow]) -> list[HandOver]:
        return [_hand_over(row) for row in await self._tx.all(wanted)]


def _values(hand_over: HandOver) -> dict[str, Any]:
    return {
        "person_id": hand_over.person_id,
        "region": hand_over.region,
        "state": hand_over.state,
        "asked_at": hand_over.asked_at,
        "body": HAND_OVER.write(hand_over),
    }


def _hand_over(row: HandOverRow) -> HandOver:
    kept = HAND_OVER.read(row.body)
    # The row's own columns are what a merge of two people, or a change, wrote last.
    return replace(kept, person_id=PersonId(row.person_id), version=row.version)
