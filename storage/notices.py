"""The notices in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from domain.ids import CaseId, PersonId, StaffId
from domain.notices import OF_MATTERS, SECRET, Delivery, Notice, NoticeKind, Way
from domain.ports.ahead import DeliveryReport
from storage.rows.follow import DeliveryReportRow, NoticeRow
from storage.transaction import Transaction

REPORTS_KEPT = timedelta(days=7)


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

    async def of_person(self, person_id: PersonId) -> Sequence[Notice]:
        """Return what somebody was told, newest first."""
        return await self._listed(select(NoticeRow).where(NoticeRow.to_person == person_id))

    async def count_of_person(self, person_id: PersonId) -> int:
        """Count what somebody was told."""
        own = select(func.count()).select_from(NoticeRow).where(NoticeRow.to_person == person_id)
        return await self._tx.one(own)

    async def drop_of_person(self, person_id: PersonId, *, before: datetime) -> None:
        """Delete what somebody was told before the moment, cases aside."""
        old = (NoticeRow.made_at < before, NoticeRow.case_id.is_(None))
        await self._tx.run(delete(NoticeRow).where(NoticeRow.to_person == person_id, *old))

    async def drop_of_matter(self, person_id: PersonId, number: str) -> None:
        """Delete what somebody was told of their daily-life matter with this number."""
        about = (NoticeRow.kind.in_(OF_MATTERS), NoticeRow.case_id.is_(None))
        own = select(NoticeRow).where(NoticeRow.to_person == person_id, *about)
        told = [one.id for one in await self._listed(own) if one.facts.get("number") == number]
        await self._tx.run(delete(NoticeRow).where(NoticeRow.id.in_(told)))

    async def unknown(self) -> Sequence[Notice]:
        """Return the notices whose outcome can't be known."""
        return await self._listed(select(NoticeRow).where(NoticeRow.state == Delivery.UNKNOWN))

    async def waiting_for_a_way(self) -> Sequence[Notice]:
        """Return the notices that go out with the next way that opens."""
        return await self._listed(select(NoticeRow).where(NoticeRow.state == Delivery.HELD))

    async def held_for(self, person_id: PersonId) -> Sequence[Notice]:
        """Return what waits for this person's next way, newest first."""
        own = select(NoticeRow).where(NoticeRow.to_person == person_id)
        return await self._listed(own.where(NoticeRow.state == Delivery.HELD))

    async def list_of(self, person_id: PersonId, *, limit: int, after: str) -> Sequence[Notice]:
        """Return a person's messages, newest first, after the one with this id."""
        wanted = select(NoticeRow).where(*_for_the_list(person_id))
        if after:
            last = await self._own(person_id, after)
            older = and_(NoticeRow.made_at == last.made_at, NoticeRow.id < last.id)
            wanted = wanted.where(or_(NoticeRow.made_at < last.made_at, older))
        return await self._listed(wanted.limit(limit))

    async def unread(self, person_id: PersonId) -> int:
        """Count what a person has not seen yet."""
        own = select(func.count()).select_from(NoticeRow).where(*_for_the_list(person_id))
        return await self._tx.one(own.where(NoticeRow.read_at.is_(None)))

    async def see(self, person_id: PersonId, until: str, *, at: datetime) -> None:
        """Note that a person saw this message and those before it."""
        last = await self._own(person_id, until)
        seen = update(NoticeRow).where(*_for_the_list(person_id), NoticeRow.read_at.is_(None))
        await self._tx.run(seen.where(NoticeRow.made_at <= last.made_at).values(read_at=at))

    async def by_platform_id(self, platform_id: str) -> Notice | None:
        """Return what the platform knows by this name."""
        own = select(NoticeRow).where(NoticeRow.platform_id == platform_id)
        row = await self._tx.maybe(own)
        return None if row is None else _notice(row)

    async def keep_report(self, platform_id: str, report: DeliveryReport, *, at: datetime) -> None:
        """Keep what the platform told before we knew the message; the first word stands."""
        old = delete(DeliveryReportRow).where(DeliveryReportRow.at < at - REPORTS_KEPT)
        await self._tx.run(old)
        new = self._tx.insert(DeliveryReportRow).values(
            platform_id=platform_id, fate=report.fate, status=report.status, at=at
        )
        await self._tx.run(new.on_conflict_do_nothing())

    async def report_of(self, platform_id: str) -> DeliveryReport | None:
        """Return what the platform told already of a message."""
        own = select(DeliveryReportRow).where(DeliveryReportRow.platform_id == platform_id)
        row = await self._tx.maybe(own)
        return None if row is None else DeliveryReport(fate=row.fate, status=row.status)

    async def _own(self, person_id: PersonId, notice_id: str) -> Notice:
        own = select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.to_person == person_id)
        return _notice(await self._tx.one(own))

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
        "why": notice.why,
        "tried": notice.tried,
        "platform_id": notice.platform_id,
        "read_at": notice.read_at,
    }


def _for_the_list(person_id: PersonId) -> tuple[ColumnElement[bool], ...]:
    """What belongs in a person's list: no codes, and of late answers those that may be lost."""
    lost = NoticeRow.state == Delivery.UNKNOWN
    return (
        NoticeRow.to_person == person_id,
        NoticeRow.kind.not_in(SECRET),
        or_(NoticeRow.kind != NoticeKind.ANSWER, lost),
    )


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
        why=row.why,
        tried=tuple(Way(one) for one in row.tried),
        platform_id=row.platform_id,
        read_at=row.read_at,
        version=row.version,
    )
