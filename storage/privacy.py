"""Requests about one's own data, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from domain.history import Event
from domain.ids import PersonId
from domain.privacy import Cause, CopyState, DataCopy, Datum, Erasure, Stays
from storage.history import keep_events
from storage.rows.privacy import CopyRow, ErasureRow
from storage.transaction import Transaction


class SqlPrivacy:
    """Requests to delete, and copies that were asked for."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add_erasure(self, erasure: Erasure, *events: Event) -> None:
        """Keep a new request to delete."""
        new = self._tx.insert(ErasureRow).values(
            id=erasure.id, version=erasure.version, **_erasure_values(erasure)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def erasure(self, erasure_id: str) -> Erasure:
        """Return it."""
        return _erasure(await self._tx.one(select(ErasureRow).where(ErasureRow.id == erasure_id)))

    async def save_erasure(self, erasure: Erasure, *events: Event) -> None:
        """Keep what became of it."""
        await self._tx.swap(ErasureRow, erasure.id, erasure.version, **_erasure_values(erasure))
        await keep_events(self._tx, events)

    async def erasures(self, person: PersonId) -> Sequence[Erasure]:
        """Return somebody's requests, newest first."""
        own = select(ErasureRow).where(ErasureRow.person_id == person)
        order = (ErasureRow.asked_at.desc(), ErasureRow.id.desc())
        return [_erasure(row) for row in await self._tx.all(own.order_by(*order))]

    async def add_copy(self, copy: DataCopy, *events: Event) -> None:
        """Keep a new request for a copy."""
        new = self._tx.insert(CopyRow).values(
            id=copy.id, version=copy.version, **_copy_values(copy)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def copy(self, copy_id: str) -> DataCopy:
        """Return it."""
        return _copy(await self._tx.one(select(CopyRow).where(CopyRow.id == copy_id)))

    async def save_copy(self, copy: DataCopy, *events: Event) -> None:
        """Keep what became of it."""
        await self._tx.swap(CopyRow, copy.id, copy.version, **_copy_values(copy))
        await keep_events(self._tx, events)

    async def copies(self, person: PersonId) -> Sequence[DataCopy]:
        """Return somebody's copies, newest first."""
        own = select(CopyRow).where(CopyRow.person_id == person)
        order = (CopyRow.asked_at.desc(), CopyRow.id.desc())
        return [_copy(row) for row in await self._tx.all(own.order_by(*order))]


def _erasure_values(erasure: Erasure) -> dict[str, Any]:
    left = erasure.left
    return {
        "person_id": erasure.person_id,
        "cause": erasure.cause,
        "codes": erasure.codes,
        "wanted": erasure.wanted,
        "left": None if left is None else [f"{datum}:{why}" for datum, why in left.items()],
        "asked_at": erasure.asked_at,
        "done_at": erasure.done_at,
    }


def _erasure(row: ErasureRow) -> Erasure:
    return Erasure(
        id=row.id,
        person_id=PersonId(row.person_id),
        cause=Cause(row.cause),
        codes=row.codes,
        wanted=tuple(Datum(one) for one in row.wanted),
        left=None if row.left is None else dict(_pair(one) for one in row.left),
        asked_at=row.asked_at,
        done_at=row.done_at,
        version=row.version,
    )


def _pair(words: str) -> tuple[Datum, Stays]:
    datum, _, why = words.partition(":")
    return Datum(datum), Stays(why)


def _copy_values(copy: DataCopy) -> dict[str, Any]:
    return {
        "person_id": copy.person_id,
        "state": copy.state,
        "asked_at": copy.asked_at,
        "ends_at": copy.ends_at,
        "sha256": copy.sha256,
    }


def _copy(row: CopyRow) -> DataCopy:
    return DataCopy(
        id=row.id,
        person_id=PersonId(row.person_id),
        state=CopyState(row.state),
        asked_at=row.asked_at,
        ends_at=row.ends_at,
        sha256=row.sha256,
        version=row.version,
    )
