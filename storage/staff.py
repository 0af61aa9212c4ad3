"""The people of the centre in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, true, update

from domain.actors import Role
from domain.history import Event
from domain.ids import PersonId, StaffId
from domain.people import StaffMember
from storage.history import keep_events
from storage.rows.people import StaffRow
from storage.transaction import Transaction


class SqlStaff:
    """The people of the centre; number and TOTP secret are sealed."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, member: StaffMember, *events: Event) -> None:
        """Keep a new member; raises Stale if the log-in name is taken."""
        new = self._tx.insert(StaffRow).values(
            id=member.id, version=member.version, totp_step=0, **_values(member)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def get(self, staff_id: StaffId) -> StaffMember:
        """Return the member."""
        return _member(await self._tx.one(select(StaffRow).where(StaffRow.id == staff_id)))

    async def save(self, member: StaffMember, *events: Event) -> None:
        """Keep the changed member."""
        await self._tx.swap(StaffRow, member.id, member.version, **_values(member))
        await keep_events(self._tx, events)

    async def by_login(self, login: str) -> StaffMember | None:
        """Find by log-in name."""
        row = await self._tx.maybe(select(StaffRow).where(StaffRow.login == login))
        return None if row is None else _member(row)

    async def by_person(self, person_id: PersonId) -> StaffMember | None:
        """Find the active member whose WeChat account this person's is."""
        bound = select(StaffRow).where(StaffRow.person_id == person_id, StaffRow.active == true())
        row = await self._tx.maybe(bound.order_by(StaffRow.id).limit(1))
        return None if row is None else _member(row)

    async def all(self) -> Sequence[StaffMember]:
        """Return everybody active."""
        active = select(StaffRow).where(StaffRow.active == true())
        return [_member(row) for row in await self._tx.all(active.order_by(StaffRow.login))]

    async def everybody(self) -> Sequence[StaffMember]:
        """Return everybody, also who was invited only or does not work here any more."""
        return [_member(row) for row in await self._tx.all(select(StaffRow).order_by(StaffRow.id))]

    async def use_totp(self, staff_id: StaffId, step: int) -> bool:
        """Use up a time step: a code that was seen once opens nothing again (RFC 6238, 5.2)."""
        unused = update(StaffRow).where(StaffRow.id == staff_id, StaffRow.totp_step < step)
        return await self._tx.run(unused.values(totp_step=step)) == 1


def _values(member: StaffMember) -> dict[str, Any]:
    return {
        "login": member.login,
        "name": member.name,
        "phone": member.phone,
        "region": member.region,
        "roles": member.roles,
        "password": member.password,
        "totp_secret": member.totp_secret,
        "seal_right": member.seal_right,
        "active": member.active,
        "skills": member.skills,
        "person_id": member.person_id,
    }


def _member(row: StaffRow) -> StaffMember:
    return StaffMember(
        id=StaffId(row.id),
        login=row.login,
        name=row.name,
        phone=row.phone,
        region=row.region,
        roles=tuple(Role(one) for one in row.roles),
        password=row.password,
        totp_secret=row.totp_secret,
        seal_right=row.seal_right,
        active=row.active,
        skills=row.skills,
        person_id=PersonId(row.person_id) if row.person_id else None,
        version=row.version,
    )
