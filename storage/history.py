"""The append-only history: there is no way to change or remove a line, here or in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from domain.history import Event
from storage.rows.cases import EventRow
from storage.transaction import Transaction


async def keep_events(tx: Transaction, events: Sequence[Event]) -> None:
    """Keep the events with the change that they tell of."""
    rows = [
        {
            "subject": event.subject,
            "case_id": event.case_id,
            "kind": event.kind,
            "actor": event.by,
            "at": event.at,
            "detail": json.dumps(dict(event.detail), ensure_ascii=False),
        }
        for event in events
    ]
    if rows:
        await tx.run(tx.insert(EventRow).values(rows))


async def history_of(tx: Transaction, case_id: str) -> Sequence[Event]:
    """Return every event of a case, oldest first."""
    return await _events(tx, EventRow.case_id == case_id)


async def events_about(tx: Transaction, subject: str) -> Sequence[Event]:
    """Return every event of one thing that belongs to no case, oldest first."""
    return await _events(tx, EventRow.subject == subject)


async def _events(tx: Transaction, wanted: ColumnElement[bool]) -> Sequence[Event]:
    rows = await tx.all(select(EventRow).where(wanted).order_by(EventRow.seq))
    return [
        Event(
            subject=row.subject,
            case_id=row.case_id,
            kind=row.kind,
            by=row.actor,
            at=row.at,
            detail=json.loads(row.detail),
        )
        for row in rows
    ]
