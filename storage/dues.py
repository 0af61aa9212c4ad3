"""The deadlines in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, false, select, update

from domain.deadlines import Due, DueKind
from domain.errors import Stale
from domain.ids import DueId
from storage.rows.follow import DueRow
from storage.transaction import Transaction


class SqlDues:
    """The deadlines."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, due: Due) -> None:
        """Keep a deadline, or put a known one off under a higher version; else raises Stale."""
        values = {
            "kind": due.kind,
            "subject": due.subject,
            "due_at": due.due_at,
            "version": due.version,
            "taken": False,
        }
        adding = self._tx.insert(DueRow).values(id=due.id, **values)
        adding = adding.on_conflict_do_update(
            index_elements=["id"], set_=values, where=DueRow.version < due.version
        )
        if await self._tx.run(adding) == 0:
            raise Stale(due.id)

    async def get(self, due_id: DueId) -> Due:
        """Return it, also after it was taken."""
        return _due(await self._tx.one(select(DueRow).where(DueRow.id == due_id)))

    async def drop(self, kind: DueKind, subject: str) -> None:
        """Take back the open deadlines of this kind for this subject."""
        await self._tx.run(
            delete(DueRow).where(
                DueRow.kind == kind, DueRow.subject == subject, DueRow.taken == false()
            )
        )

    async def claim(self, now: datetime, *, limit: int = 20) -> Sequence[Due]:
        """Mark rows due by ``now`` as taken, and return those that nobody else took."""
        ripe = select(DueRow.id).where(DueRow.taken == false(), DueRow.due_at <= now)
        ripe = ripe.order_by(DueRow.due_at).limit(limit).with_for_update(skip_locked=True)
        taking = update(DueRow).where(DueRow.id.in_(ripe.scalar_subquery()))
        taking = taking.where(DueRow.taken == false()).values(taken=True)
        taken = [due_id for (due_id,) in await self._tx.tuples(taking.returning(DueRow.id))]
        if not taken:
            return []
        rows = select(DueRow).where(DueRow.id.in_(taken)).order_by(DueRow.due_at, DueRow.id)
        return [_due(row) for row in await self._tx.all(rows)]

    async def of_subjects(self, subjects: Sequence[str]) -> Sequence[Due]:
        """Return the open deadlines of these subjects, soonest first."""
        still_open = select(DueRow).where(DueRow.subject.in_(subjects), DueRow.taken == false())
        rows = await self._tx.all(still_open.order_by(DueRow.due_at, DueRow.id))
        return [_due(row) for row in rows]


def _due(row: DueRow) -> Due:
    return Due(
        id=DueId(row.id),
        kind=DueKind(row.kind),
        subject=row.subject,
        due_at=row.due_at,
        version=row.version,
    )
