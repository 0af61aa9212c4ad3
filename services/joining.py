"""A number and a WeChat account become one person, once whoever is there proved to have both."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from domain import masking
from domain.actors import Resident
from domain.codes import BY_PHONE, Session
from domain.errors import BadInput, NotFound, TooManyTries, WrongCredentials
from domain.ids import PersonId
from domain.notices import NoticeKind
from domain.people import Person
from domain.phones import e164
from domain.ports.outside import Clock
from domain.ports.store import Store, Work
from services.contention import built_upon
from services.identity import BY_WECHAT, CODES_PER_HOUR, TRIES, IdentityDesk
from services.persons import join, may_join
from services.settings import Centre

HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is shown to whoever may join: enough to know oneself, too little to know another."""

    phone: str  #: masked
    name: str  #: masked, empty if the centre has none


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningDesk:
    """The desk that makes one person of two, on proof by an SMS code and on their own word."""

    store: Store
    clock: Clock
    identity: IdentityDesk
    centre: Centre

    async def offer(self, one: Resident, other: Resident) -> Offer | None:
        """Say whom two log-ins of one browser would join; None if they are not to be joined.

        One has to be by WeChat, the other by a code that went to the number on file.
        """
        async with self.store.read() as work:
            pair = await self._pair(work, one, other)
            if pair is None or not await may_join(work, *pair):
                return None
            known = await work.people.get(pair[0])
        return Offer(phone=masking.phone(known.phone), name=masking.name(known.name))

    @built_upon
    async def join(self, one: Resident, other: Resident) -> None:
        """Make the two log-ins of one browser one person, who said so.

        Raises NotFound if they are not such a pair, NotOnePerson if what is on file speaks against.
        """
        async with self.store.begin() as work:
            pair = await self._pair(work, one, other)
            if pair is None:
                raise NotFound("log-ins")
            await join(work, *pair, by=one, at=self.clock())

    @built_upon
    async def ask_code(self, resident: Resident, typed: str) -> str:
        """Send a code to a number that the centre has on file, and say the same for any other.

        Raises BadInput for what is no number, TooManyTries after five an hour.
        """
        number = self._number(typed)
        async with self.store.begin() as work:
            asking = f"join/{resident.id}"
            asked = await work.logins.count(asking, at=self.clock(), window_seconds=HOUR)
            if asked > CODES_PER_HOUR:
                raise TooManyTries(asking)
            me = (await work.people.get(resident.id)).id
            person = await self._whose(work, me, number)
            if person is not None:
                with suppress(TooManyTries):  # it would tell that the number is on file
                    await self.identity.send_code(work, person, NoticeKind.JOIN_CODE, about=me)
        return masking.phone(number)

    @built_upon
    async def prove(self, resident: Resident, typed: str, code: str) -> None:
        """Make the resident one with whose number it is, if the code that went there is right.

        Raises NotOnePerson, TooManyTries after five an hour, and WrongCredentials for all else:
        why a code is refused would tell that the centre has the number.
        """
        number = self._number(typed)
        async with self.store.begin() as work:
            trying = f"join-try/{resident.id}"
            tried = await work.logins.count(trying, at=self.clock(), window_seconds=HOUR)
            refusal: Exception | None = TooManyTries(trying) if tried > TRIES else None
            if refusal is None:
                refusal = await self._prove(work, resident, number, code)
        if refusal is not None:
            raise refusal

    async def _prove(
        self, work: Work, resident: Resident, number: str, code: str
    ) -> WrongCredentials | None:
        """Join, or give the refusal, so that the try is kept with the transaction."""
        me = (await work.people.get(resident.id)).id
        person = await self._whose(work, me, number)
        if person is None or await self.identity.use_code(
            work, person, code, NoticeKind.JOIN_CODE, about=me
        ):
            return WrongCredentials("number")
        await join(work, person.id, me, by=resident, at=self.clock())
        return None

    def _number(self, typed: str) -> str:
        number = e164(typed, demo=self.centre.demo)
        if not number:
            raise BadInput("phone", "empty")
        return number

    async def _pair(
        self, work: Work, one: Resident, other: Resident
    ) -> tuple[PersonId, PersonId] | None:
        """Tell whose number was proven and whose WeChat account it is, of two live log-ins."""
        proven = account = None
        for resident in (one, other):
            session = await work.logins.session(resident.session)
            if session is None or not self._lives(session):
                return None
            proven = session.person_id if session.how == BY_PHONE else proven
            account = session.person_id if session.how == BY_WECHAT else account
        if proven is None or account is None or proven == account:
            return None
        return proven, account

    def _lives(self, session: Session) -> bool:
        return not session.revoked and self.clock() < session.ends_at

    async def _whose(self, work: Work, me: PersonId, number: str) -> Person | None:
        """Find the one person with this number who may be the one who asks."""
        sharing = await work.people.with_phone(number)
        found = [one for one in sharing if one.id != me and await may_join(work, one.id, me)]
        return found[0] if len(found) == 1 else None
