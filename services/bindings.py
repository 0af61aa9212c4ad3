"""Staff known by their WeChat account: a code of the workbench, typed once in the chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.actors import Staff
from domain.codes import Purpose, Token
from domain.errors import Expired, NotFound
from domain.history import Event
from domain.ids import CaseId, PersonId, StaffId
from domain.ports.outside import Chance, Clock
from domain.ports.store import Store, Work

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
        before = await work.staff.by_person(person)
        if before is not None and before.id != member.id:
            gone = self._event("account.wechat-unbound", before.id, by=member.id)
            await work.staff.save(replace(before, person_id=None), gone)
        fresh = await work.staff.get(member.id)
        bound = self._event("account.wechat-bound", member.id, by=member.id)
        await work.staff.save(replace(fresh, person_id=person), bound)
        await work.logins.forget(name)
        return True

    def _event(self, kind: str, subject: StaffId, *, by: StaffId) -> Event:
        return Event(subject=subject, case_id="", kind=kind, by=f"staff:{by}", at=self.clock())
