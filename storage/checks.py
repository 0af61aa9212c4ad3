"""The texts that people asked about, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select

from domain.checks import Check, CheckState
from domain.history import Event
from domain.ids import PersonId
from storage.forms import Form
from storage.history import keep_events
from storage.rows.checks import CheckRow
from storage.transaction import Transaction

CHECK = Form(Check)
MOST_LISTED = 100


class SqlChecks:
    """The texts that people asked about."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, check: Check, *events: Event) -> None:
        """Keep a new question."""
        new = self._tx.insert(CheckRow).values(
            id=check.id, version=check.version, **self._values(check)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def get(self, check_id: str) -> Check:
        """Return it."""
        return _check(await self._tx.one(select(CheckRow).where(CheckRow.id == check_id)))

    async def save(self, check: Check, *events: Event) -> None:
        """Keep what a human said."""
        await self._tx.swap(CheckRow, check.id, check.version, **self._values(check))
        await keep_events(self._tx, events)

    async def same_text(self, fingerprint: str) -> Sequence[Check]:
        """Return everybody's questions about this text, oldest first."""
        same = select(CheckRow).where(CheckRow.text_index == self._index(fingerprint))
        return await self._all(same.order_by(CheckRow.asked_at, CheckRow.id))

    async def waiting(self) -> Sequence[Check]:
        """Return what a human has to look at, oldest first."""
        waiting = select(CheckRow).where(CheckRow.state == CheckState.WAITING)
        return await self._all(waiting.order_by(CheckRow.asked_at, CheckRow.id).limit(MOST_LISTED))

    async def of_person(self, person: PersonId) -> Sequence[Check]:
        """Return what somebody asked, newest first."""
        own = select(CheckRow).where(CheckRow.person_id == person)
        return await self._all(own.order_by(CheckRow.asked_at.desc(), CheckRow.id))

    async def count_of_person(self, person: PersonId) -> int:
        """Count what somebody asked."""
        own = select(func.count()).select_from(CheckRow).where(CheckRow.person_id == person)
        return await self._tx.one(own)

    async def drop_of_person(self, person: PersonId, *, until: datetime) -> None:
        """Delete what somebody asked up to the moment."""
        own = (CheckRow.person_id == person, CheckRow.asked_at <= until)
        await self._tx.run(delete(CheckRow).where(*own))

    async def _all(self, wanted: Select[CheckRow]) -> list[Check]:
        return [_check(row) for row in await self._tx.all(wanted)]

    def _values(self, check: Check) -> dict[str, Any]:
        return {
            "person_id": check.person_id,
            "text_index": self._index(check.fingerprint),
            "state": check.state,
            "asked_at": check.asked_at,
            "body": CHECK.write(check),
        }

    def _index(self, fingerprint: str) -> str:
        return self._tx.keys.blind(fingerprint, "checks.text")


def _check(row: CheckRow) -> Check:
    kept = CHECK.read(row.body)
    return replace(kept, person_id=PersonId(row.person_id), version=row.version)
