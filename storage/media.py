"""What people sent, in the database; the bytes are objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from domain.errors import NotFound
from domain.ids import CaseId, MatterId, MediaId, PersonId
from domain.media import Copy, Hearing, Medium
from storage.rows.chat import MediumRow
from storage.transaction import Transaction


class SqlMedia:
    """What people sent."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, medium: Medium) -> None:
        """Keep a new medium, fetched or not."""
        await self._tx.run(self._tx.insert(MediumRow).values(id=medium.id, **_values(medium)))

    async def get(self, media_id: MediaId) -> Medium:
        """Return it."""
        return _medium(await self._tx.one(select(MediumRow).where(MediumRow.id == media_id)))

    async def save(self, medium: Medium) -> None:
        """Keep what is known now."""
        same = update(MediumRow).where(MediumRow.id == medium.id)
        if await self._tx.run(same.values(**_values(medium))) == 0:
            raise NotFound(medium.id)

    async def of_case(self, case_id: CaseId) -> Sequence[Medium]:
        """Return the case's media in the order they came."""
        own = select(MediumRow).where(MediumRow.case_id == case_id)
        rows = await self._tx.all(own.order_by(MediumRow.received_at, MediumRow.id))
        return [_medium(row) for row in rows]

    async def of_person(self, person_id: PersonId) -> Sequence[Medium]:
        """Return what somebody sent, in the order it came."""
        own = select(MediumRow).where(MediumRow.person_id == person_id)
        rows = await self._tx.all(own.order_by(MediumRow.received_at, MediumRow.id))
        return [_medium(row) for row in rows]

    async def count_of_person(self, person_id: PersonId) -> int:
        """Count what somebody sent."""
        own = select(func.count()).select_from(MediumRow).where(MediumRow.person_id == person_id)
        return await self._tx.one(own)

    async def drop_loose(self, media_id: MediaId) -> bool:
        """Forget a medium; False if it is in a case or matter by now."""
        loose = (
            MediumRow.id == media_id,
            MediumRow.case_id.is_(None),
            MediumRow.matter_id.is_(None),
        )
        return await self._tx.run(delete(MediumRow).where(*loose)) == 1


def _values(medium: Medium) -> dict[str, Any]:
    return {
        "person_id": medium.person_id,
        "case_id": medium.case_id,
        "kind": medium.kind,
        "appid": medium.appid,
        "platform_id": medium.platform_id,
        "received_at": medium.received_at,
        "object_key": medium.object_key,
        "sha256": medium.sha256,
        "content_type": medium.content_type,
        "openid": medium.openid,
        "lost": medium.lost,
        "copy_key": medium.copy.key if medium.copy else None,
        "copy_sha256": medium.copy.sha256 if medium.copy else None,
        "copy_seconds": medium.copy.seconds if medium.copy else None,
        "no_copy": medium.no_copy,
        "heard": medium.heard,
        "hearing": medium.hearing.value,
        "matter_id": medium.matter_id,
    }


def _medium(row: MediumRow) -> Medium:
    return Medium(
        id=MediaId(row.id),
        person_id=PersonId(row.person_id),
        case_id=CaseId(row.case_id) if row.case_id else None,
        kind=row.kind,
        appid=row.appid,
        platform_id=row.platform_id,
        received_at=row.received_at,
        object_key=row.object_key,
        sha256=row.sha256,
        content_type=row.content_type,
        openid=row.openid or "",
        lost=row.lost or "",
        copy=_copy(row),
        no_copy=row.no_copy or "",
        heard=row.heard or "",
        hearing=Hearing(row.hearing or Hearing.NONE),
        matter_id=MatterId(row.matter_id) if row.matter_id else None,
    )


def _copy(row: MediumRow) -> Copy | None:
    if not row.copy_key:
        return None
    return Copy(
        key=row.copy_key,
        sha256=row.copy_sha256 or "",
        made_from=row.sha256,
        seconds=row.copy_seconds or 0.0,
    )
