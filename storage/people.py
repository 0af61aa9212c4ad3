"""The residents in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, select

from domain.conversations import Sender
from domain.errors import Stale
from domain.history import Event
from domain.ids import CaseId, PersonId
from domain.people import Person, WeChatIdentity
from storage import merging
from storage.columns import table
from storage.history import keep_events
from storage.rows.people import IdentityRow, PersonRow
from storage.rows.platform import ReplyWindowRow, SubscriptionRow
from storage.talks import named, of
from storage.transaction import Transaction

PEOPLE, IDENTITIES = table(PersonRow), table(IdentityRow)
WHO_WROTE = (
    select(PEOPLE, IDENTITIES.c.appid, IDENTITIES.c.openid)
    .join_from(PEOPLE, IDENTITIES, IDENTITIES.c.person_id == PEOPLE.c.id)
    .where(of(IDENTITIES))
)


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
        """Return the person, or who they turned out to be."""
        row = await self._tx.one(select(PersonRow).where(PersonRow.id == person_id))
        return (
            _person(row) if row.merged_into is None else await self.get(PersonId(row.merged_into))
        )

    async def save(self, person: Person) -> None:
        """Keep the changed person."""
        await self._tx.swap(PersonRow, person.id, person.version, **await self._values(person))

    async def by_phone(self, phone: str) -> Person | None:
        """Find by the exact number; of several who share one, always the same."""
        return next(iter(await self.with_phone(phone)), None)

    async def with_phone(self, phone: str) -> Sequence[Person]:
        """Return everybody with this exact number; nobody has an empty one."""
        same = select(PersonRow).where(PersonRow.phone_index == await self.phone_index(phone))
        rows = await self._tx.all(same.order_by(PersonRow.id)) if phone else ()
        return [_person(row) for row in rows]

    async def by_openid(self, appid: str, openid: str) -> Person | None:
        """Find by a WeChat account."""
        sender = Sender(appid, openid)
        return (await self.by_senders([sender])).get(sender)

    async def by_senders(self, senders: Collection[Sender]) -> Mapping[Sender, Person]:
        """Find whoever wrote, each by the WeChat account."""
        if not senders:
            return {}
        rows = await self._tx.tuples(WHO_WROTE, named(senders))
        return {Sender(row.appid, row.openid): _person(row) for row in rows}

    async def with_unionid(self, unionid: str) -> Sequence[Person]:
        """Return whoever has an account with this unionid; an empty one is nobody's."""
        if not unionid:
            return ()
        owners = select(IdentityRow.person_id).where(IdentityRow.unionid == unionid)
        rows = await self._tx.all(select(PersonRow).where(PersonRow.id.in_(owners)))
        return [_person(row) for row in rows]

    async def identity(self, appid: str, openid: str) -> WeChatIdentity | None:
        """Return a WeChat account."""
        account = (IdentityRow.appid == appid) & (IdentityRow.openid == openid)
        row = await self._tx.maybe(select(IdentityRow).where(account))
        return None if row is None else _identity(row)

    async def hold(self, person_id: PersonId) -> PersonId:
        """Say who this person is by now; a merge waits for the end of this transaction."""
        own = select(PersonRow).where(PersonRow.id == person_id)
        row = await self._tx.maybe(own.with_for_update(read=True))
        return PersonId(row.merged_into) if row and row.merged_into else person_id

    async def cases_of(self, person_id: PersonId) -> Sequence[CaseId]:
        """Name the cases somebody reported or stands in."""
        return sorted(await merging.cases_of(self._tx, person_id))

    async def merge(self, gone: Person, into: Person, *events: Event) -> None:
        """Let everything that names the one name the other; the one keeps nothing personal."""
        cases = await self.cases_of(gone.id)
        await self.save(into)
        emptied = await self._values(Person(id=gone.id))
        await self._tx.swap(PersonRow, gone.id, gone.version, merged_into=into.id, **emptied)
        await merging.hand_over(self._tx, gone.id, into.id, cases)
        await keep_events(self._tx, events)

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
        return [_identity(row) for row in rows]

    async def unlink(self, person_id: PersonId) -> None:
        """Forget the person's WeChat accounts, and what WeChat allows us towards them."""
        for account in await self.identities(person_id):
            for row in (ReplyWindowRow, SubscriptionRow, IdentityRow):
                own = (row.appid == account.appid, row.openid == account.openid)
                await self._tx.run(delete(row).where(*own))

    async def phone_index(self, phone: str) -> str:
        """Return the keyed blind index of a number."""
        return self._tx.keys.blind(phone, "people.phone")

    async def _values(self, person: Person) -> dict[str, Any]:
        return {
            "name": person.name,
            "phone": person.phone,
            "address": person.address,
            "gender": person.gender,
            "born": person.born.isoformat() if person.born else None,
            "phone_index": await self.phone_index(person.phone) if person.phone else None,
        }


def _identity(row: IdentityRow) -> WeChatIdentity:
    return WeChatIdentity(
        appid=row.appid,
        openid=row.openid,
        person_id=PersonId(row.person_id),
        following=row.following,
        unionid=row.unionid,
    )


def _person(row: PersonRow | Row[Any]) -> Person:
    return Person(
        id=PersonId(row.id),
        name=row.name,
        phone=row.phone,
        gender=row.gender,
        born=date.fromisoformat(row.born) if row.born else None,
        address=row.address,
        version=row.version,
    )
