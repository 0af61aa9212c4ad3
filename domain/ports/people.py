"""Where residents and the people of the centre are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from domain.conversations import Sender
from domain.history import Event
from domain.ids import CaseId, PersonId, StaffId
from domain.people import Person, StaffMember, WeChatIdentity


class People(Protocol):
    """The residents; name, phone and address are encrypted at rest."""

    async def add(self, person: Person) -> None:
        """Keep a new person."""
        ...

    async def get(self, person_id: PersonId) -> Person:
        """Return the person, or who they turned out to be."""
        ...

    async def save(self, person: Person) -> None:
        """Keep the changed person."""
        ...

    async def by_phone(self, phone: str) -> Person | None:
        """Find by the exact E.164 number (blind index)."""
        ...

    async def with_phone(self, phone: str) -> Sequence[Person]:
        """Return everybody with this exact number; a household may share one."""
        ...

    async def by_openid(self, appid: str, openid: str) -> Person | None:
        """Find by a WeChat account."""
        ...

    async def by_senders(self, senders: Collection[Sender]) -> Mapping[Sender, Person]:
        """Find whoever wrote, each by the WeChat account; who is new is not in it."""
        ...

    async def with_unionid(self, unionid: str) -> Sequence[Person]:
        """Return whoever has an account with the id that is the same over the centre's apps."""
        ...

    async def identity(self, appid: str, openid: str) -> WeChatIdentity | None:
        """Return a WeChat account."""
        ...

    async def hold(self, person_id: PersonId) -> PersonId:
        """Say who this person is by now, and let nobody merge them before this transaction ends."""
        ...

    async def cases_of(self, person_id: PersonId) -> Sequence[CaseId]:
        """Name the cases somebody reported or stands in."""
        ...

    async def merge(self, gone: Person, into: Person, *events: Event) -> None:
        """Let everything that names the one name the other, whose fields are kept as given.

        The history, the evidence of signatures and the registered revisions stay as they are.
        """
        ...

    async def link(self, identity: WeChatIdentity) -> None:
        """Keep or change a WeChat account of a person; raises Stale if it is somebody else's."""
        ...

    async def identities(self, person_id: PersonId) -> Sequence[WeChatIdentity]:
        """Return the person's WeChat accounts."""
        ...

    async def unlink(self, person_id: PersonId) -> None:
        """Forget the person's WeChat accounts."""
        ...

    async def phone_index(self, phone: str) -> str:
        """Return the keyed blind index of a number."""
        ...


class StaffList(Protocol):
    """The people of the centre."""

    async def add(self, member: StaffMember, *events: Event) -> None:
        """Keep a new member."""
        ...

    async def get(self, staff_id: StaffId) -> StaffMember:
        """Return the member."""
        ...

    async def save(self, member: StaffMember, *events: Event) -> None:
        """Keep the changed member."""
        ...

    async def by_login(self, login: str) -> StaffMember | None:
        """Find by log-in name."""
        ...

    async def by_person(self, person_id: PersonId) -> StaffMember | None:
        """Find the active member whose WeChat account this person's is."""
        ...

    async def all(self) -> Sequence[StaffMember]:
        """Return everybody active."""
        ...

    async def everybody(self) -> Sequence[StaffMember]:
        """Return everybody, also who was invited only or does not work here any more."""
        ...

    async def use_totp(self, staff_id: StaffId, step: int) -> bool:
        """Use up a time step of somebody's TOTP; False if it or a later one was used before."""
        ...
