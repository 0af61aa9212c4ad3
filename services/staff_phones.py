"""Staff in the mini-program: both factors once, afterwards the bound phone and the password.

Two factors each time (等保2.0, GB/T 22239-2019 8.1.4.1 d): the first time password and one-time
code, which bind the WeChat account; afterwards WeChat's word for whose phone it is takes the place
of the one-time code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.actors import Role, Staff
from domain.codes import BY_PHONE_APP, Purpose, Token
from domain.errors import DeskOnly, NotFound
from domain.ids import CaseId, StaffId
from domain.people import StaffMember
from domain.ports.outside import Chance, Clock
from domain.ports.store import Store
from services.bindings import BindingDesk
from services.contention import built_upon
from services.identity import IdentityDesk, Opened

TICKET_SPAN = timedelta(minutes=1)
#: Who has something to do outside; accounts, audits and inquiries stay at the desk.
OUTSIDE = (Role.GRID_WORKER, Role.MEDIATOR, Role.DISPATCHER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Account:
    """Who holds the phone, as WeChat says it."""

    appid: str
    openid: str
    unionid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPhoneDesk:
    """The desk that lets staff in where they are."""

    store: Store
    clock: Clock
    chance: Chance
    identity: IdentityDesk
    bindings: BindingDesk

    async def begin(  # what the form of the desk asks, and whose phone it is
        self,
        account: Account,
        login: str,
        password: str,
        code: str,
        *,
        address: str,
        role: str = "",
    ) -> Opened:
        """Let somebody in by both factors and bind the phone.

        Raises WrongCredentials, or DeskOnly once both factors are shown.
        """
        member = await self.identity.known_by_password(login, password, address=address)
        await self.identity.check_totp(member, code)
        await self.identity.forgive(member)
        chosen = _outside(member, role)
        await self._bind(account, member)
        return await self.identity.staff_session(member, role=chosen, how=BY_PHONE_APP)

    async def open(
        self, account: Account, password: str, *, address: str, role: str = ""
    ) -> Opened:
        """Let somebody in on the phone that is bound; raises WrongCredentials or DeskOnly."""
        async with self.store.read() as work:
            known = await work.people.identity(account.appid, account.openid)
            bound = await work.staff.by_person(known.person_id) if known is not None else None
        login = bound.login if bound is not None else f"nobody/{account.openid}"
        member = await self.identity.known_by_password(login, password, address=address)
        await self.identity.forgive(member)
        chosen = _outside(member, role)
        return await self.identity.staff_session(member, role=chosen, how=BY_PHONE_APP)

    async def ticket(self, actor: Staff) -> str:
        """Give what opens a page of the desk in the mini-program, once, within a minute."""
        secret = self.chance.id() + self.chance.id()
        token = Token(
            purpose=Purpose.VIEW,
            subject=actor.id,
            case_id=CaseId(""),
            participant=actor.session,
            expires_at=self.clock() + TICKET_SPAN,
        )
        async with self.store.begin() as work:
            await work.tokens.add(secret, token)
        return secret

    async def enter(self, ticket: str) -> Opened:
        """Open the page's session: it ends when that of the mini-program does.

        Raises NotFound or Expired.
        """
        async with self.store.begin() as work:
            token = await work.tokens.use(Purpose.VIEW, ticket, at=self.clock())
            session = await work.logins.session(token.participant)
            member = await work.staff.get(StaffId(token.subject))
        over = session is None or session.revoked or Role(session.role) not in member.roles
        if session is None or over or not member.active:
            raise NotFound(Purpose.VIEW)
        left = session.ends_at - self.clock()
        return await self.identity.staff_session(
            member, role=session.role, how=session.how, span=left, family=session.id_hash
        )

    @built_upon
    async def _bind(self, account: Account, member: StaffMember) -> None:
        person = await self.identity.person_of(account.appid, account.openid, account.unionid)
        async with self.store.begin() as work:
            await self.bindings.tie(work, await work.people.hold(person), member.id)


def _outside(member: StaffMember, role: str) -> Role:
    """The role meant, or the first that has something to do outside."""
    here = [one for one in OUTSIDE if one in member.roles]
    if not here:
        raise DeskOnly(member.login)
    return Role(role) if role in here else here[0]
