"""The residents in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from domain.errors import Stale
from domain.ids import PersonId
from domain.people import Person, WeChatIdentity
from storage.rows.people import IdentityRow, PersonRow
from storage.transaction import Transaction


class SqlPeople:
    """The residents; name, number and address are sealed."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, person: Person) -> None:
        """Keep a new person."""
        values = await self._values(person)
        new = self._tx.insert(PersonRow).values(id=person.id, version=person.version, **values)
        await self._tx.run(new)

    async def get(self, person_id: PersonId) -> Person:
        """Return the person."""
        return _person(await self._tx.one(select(PersonRow).where(PersonRow.id == person_id)))

    async def save(self, person: Person) -> None:
        """Keep the changed person."""
        await self._tx.swap(PersonRow, person.id, person.version, **await self._values(person))

    async def by_phone(self, phone: str) -> Person | None:
        """Find by the exact number; of several who share one, always the same."""
        index = await self.phone_index(phone)
        same = select(PersonRow).where(PersonRow.phone_index == index)
        return await self._found(same.order_by(PersonRow.id).limit(1))

    async def by_openid(self, appid: str, openid: str) -> Person | None:
        """Find by a WeChat account."""
        account = (IdentityRow.appid == appid) & (IdentityRow.openid == openid)
        return await self._found(_owner().where(account))

    async def by_unionid(self, unionid: str) -> Person | None:
        """Find by the id that is the same over the centre's apps; an empty one is nobody's."""
        if not unionid:
            return None
        return await self._found(_owner().where(IdentityRow.unionid == unionid).limit(1))

    async def link(self, identity: WeChatIdentity) -> None:
        """Keep or change a WeChat account of a person; raises Stale if it is somebody else's."""
        known = {
            "person_id": identity.person_id,
            "unionid": identity.unionid,
            "following": identity.following,
        }
        linking = self._tx.insert(IdentityRow).values(
            appid=identity.appid, openid=identity.openid, **known
        )
        linking = linking.on_conflict_do_update(
            index_elements=["appid", "openid"],
            set_=known,
            where=IdentityRow.person_id == identity.person_id,
        )
        if await self._tx.run(linking) == 0:
            raise Stale(identity.appid)

    async def identities(self, person_id: PersonId) -> Sequence[WeChatIdentity]:
        """Return the person's WeChat accounts."""
        own = select(IdentityRow).where(IdentityRow.person_id == person_id)
        rows = await self._tx.all(own.order_by(IdentityRow.appid, IdentityRow.openid))
        return [
            WeChatIdentity(
                appid=row.appid,
                openid=row.openid,
                person_id=PersonId(row.person_id),
                following=row.following,
                unionid=row.unionid,
            )
            for row in rows
        ]

    async def phone_index(self, phone: str) -> str:
        """Return the keyed blind index of a number."""
        return self._tx.keys.blind(phone, "people.phone")

    async def _values(self, person: Person) -> dict[str, Any]:
        return {
            "name": person.name,
            "phone": person.phone,
            "address": person.address,
            "gender": person.gender,
            "phone_index": await self.phone_index(person.phone) if person.phone else None,
        }

    async def _found(self, wanted: Select[PersonRow]) -> Person | None:
        row = await self._tx.maybe(wanted)
        return None if row is None else _person(row)


def _owner() -> Select[PersonRow]:
    return select(PersonRow).join(IdentityRow, IdentityRow.person_id == PersonRow.id)


def _person(row: PersonRow) -> Person:
    return Person(
        id=PersonId(row.id),
        name=row.name,
        phone=row.phone,
        gender=row.gender,
        address=row.address,
        version=row.version,
    )
