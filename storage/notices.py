"""The notices in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from domain.ids import CaseId, PersonId, StaffId
from domain.notices import Delivery, Notice, NoticeKind, Way
from storage.rows.follow import NoticeRow
from storage.transaction import Transaction


class SqlNotices:
    """What people are told."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, notice: Notice) -> None:
        """Keep a notice to be sent."""
        new = self._tx.insert(NoticeRow).values(
            id=notice.id, version=notice.version, **_values(notice)
        )
        await self._tx.run(new)

    async def get(self, notice_id: str) -> Notice:
        """Return it."""
        return _notice(await self._tx.one(select(NoticeRow).where(NoticeRow.id == notice_id)))

    async def save(self, notice: Notice) -> None:
        """Keep the changed notice; of two workers that claim it the second gets Stale."""
        await self._tx.swap(NoticeRow, notice.id, notice.version, **_values(notice))

    async def of_case(self, case_id: CaseId) -> Sequence[Notice]:
        """Return the case's notices, newest first."""
        return await self._listed(select(NoticeRow).where(NoticeRow.case_id == case_id))

    async def unknown(self) -> Sequence[Notice]:
        """Return the notices whose outcome can't be known."""
        return await self._listed(select(NoticeRow).where(NoticeRow.state == Delivery.UNKNOWN))

    async def _listed(self, wanted: Select[NoticeRow]) -> Sequence[Notice]:
        ordered = wanted.order_by(NoticeRow.made_at.desc(), NoticeRow.id.desc())
        return [_notice(row) for row in await self._tx.all(ordered)]


def _values(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "case_id": notice.case_id,
        "to_person": notice.to_person,
        "to_staff": notice.to_staff,
        "facts": json.dumps(dict(notice.facts), ensure_ascii=False),
        "made_at": notice.made_at,
        "state": notice.state,
        "way": notice.way,
    }


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        id=row.id,
        kind=NoticeKind(row.kind),
        case_id=CaseId(row.case_id) if row.case_id else None,
        to_person=PersonId(row.to_person) if row.to_person else None,
        to_staff=StaffId(row.to_staff) if row.to_staff else None,
        facts=json.loads(row.facts),
        made_at=row.made_at,
        state=Delivery(row.state),
        way=Way(row.way) if row.way else None,
        version=row.version,
    )
