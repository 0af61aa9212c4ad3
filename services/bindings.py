"""Staff known by their WeChat account: a code of the workbench, typed once in the chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.actors import Role, Staff
from domain.codes import BY_PHONE_APP, Purpose, Token
from domain.errors import Expired, NotFound
from domain.history import Event
from domain.ids import CaseId, PersonId, StaffId
from domain.people import StaffMember
from domain.ports.outside import Chance, Clock
from domain.ports.store import Store, Work
from services.rooms import review_rooms_of_staff

CODE_SPAN = timedelta(minutes=10)
CODE_DIGITS = 8
TRIES, WITHIN_SECONDS = 5, 15 * 60  #: a code has one chance in twenty million to be guessed


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingDesk:
    """The desk that ties a WeChat account to a log-in of the centre."""

    store: Store
    clock: Clock
    chance: Chance

    async def code(self, actor: Staff) -> str:
        """Give a fresh one-time code; the one before is dead."""
        code = self.chance.digits(CODE_DIGITS)
        async with self.store.begin() as work:
            await work.tokens.revoke(Purpose.BIND, actor.id)
            token = Token(
                purpose=Purpose.BIND,
                subject=actor.id,
                case_id=CaseId(""),
                expires_at=self.clock() + CODE_SPAN,
            )
            await work.tokens.add(code, token)
        return code

    async def bind(self, work: Work, person: PersonId, code: str) -> bool:
        """Tie whoever wrote the code to the member it was given to, or say that it is no good."""
        name = f"bind/{person}"
        tried = await work.logins.count(name, at=self.clock(), window_seconds=WITHIN_SECONDS)
        if tried > TRIES:
            return False
        try:
            token = await work.tokens.use(Purpose.BIND, code, at=self.clock())
        except (NotFound, Expired):
            return False
        member = await work.staff.get(StaffId(token.subject))
        if not member.active:
            return False
        await self.tie(work, person, member.id)
        await work.logins.forget(name)
        return True

    async def tie(self, work: Work, person: PersonId, staff_id: StaffId) -> None:
        """Make this the WeChat account of a member; nobody has two, and nobody shares one."""
        before = await work.staff.by_person(person)
        if before is not None and before.id != staff_id:
            await self._loosen(work, before, by=staff_id)
        fresh = await work.staff.get(staff_id)
        if fresh.person_id == person:
            return
        await work.logins.revoke_staff(staff_id, how=BY_PHONE_APP)
        bound = self._event("account.wechat-bound", staff_id, by=staff_id)
        await work.staff.save(replace(fresh, person_id=person), bound)

    async def loosen(self, actor: Staff, staff_id: StaffId) -> None:
        """Take a member's WeChat account from them: one's own, or as administrator anybody's."""
        if actor.id != staff_id and actor.role is not Role.ADMINISTRATOR:
            raise NotFound(staff_id)
        async with self.store.begin() as work:
            member = await work.staff.get(staff_id)
            if member.person_id is not None:
                await self._loosen(work, member, by=actor.id)
                await review_rooms_of_staff(work, staff_id)

    async def is_tied(self, actor: Staff) -> bool:
        """Has this member tied a WeChat account?"""
        async with self.store.read() as work:
            return (await work.staff.get(actor.id)).person_id is not None

    async def _loosen(self, work: Work, member: StaffMember, *, by: StaffId) -> None:
        await work.logins.revoke_staff(member.id, how=BY_PHONE_APP)
        gone = self._event("account.wechat-unbound", member.id, by=by)
        await work.staff.save(replace(member, person_id=None), gone)

    def _event(self, kind: str, subject: StaffId, *, by: StaffId) -> Event:
        return Event(subject=subject, case_id="", kind=kind, by=f"staff:{by}", at=self.clock())
