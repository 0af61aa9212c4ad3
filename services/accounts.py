"""Accounts of the centre: who may log in, as what, and how they begin.

The administrator sees accounts, never cases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from domain import masking, phones
from domain.accounts import (
    AccountState,
    ChangedAccount,
    NewAccount,
    check_login,
    check_name,
    check_password,
    check_totp_secret,
)
from domain.actors import Actor, ActorRef, Role, Staff
from domain.areas import full_code, prefix_of
from domain.codes import Purpose, Token
from domain.errors import (
    BadInput,
    Expired,
    IllegalMove,
    NotFound,
    WrongCredentials,
)
from domain.history import Event
from domain.ids import CaseId, StaffId
from domain.jobs import HandBackCases
from domain.people import StaffMember
from domain.ports.outside import Chance, Clock, CodePictures, Passwords
from domain.ports.store import Store, Work
from services.identity import NO_PASSWORD
from services.rooms import review_rooms_of_staff
from services.settings import Centre

LINK_SPAN = timedelta(hours=24)
FIRST = "first-administrator"  #: what a link is about that leads to no account yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The one-time address at which somebody chooses password and second factor."""

    address: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account as the administrator sees it; the number is masked."""

    id: StaffId
    login: str
    name: str
    phone: str
    region: str
    roles: tuple[Role, ...]
    skills: tuple[str, ...]
    seal_right: bool
    state: AccountState
    mine: bool  #: of who is looking
    tied: bool  #: to a WeChat account


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What the page of a link shows; every look makes another secret."""

    login: str  #: empty if the person chooses it
    name: str
    totp_secret: str
    picture: bytes  #: PNG that an authenticator scans


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody chose at their first log-in."""

    login: str
    name: str
    password: str
    totp_secret: str
    code: str  #: what the authenticator shows now: proof that it holds the secret


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDesk:
    """The desk that gives log-ins and takes them back."""

    store: Store
    clock: Clock
    chance: Chance
    passwords: Passwords
    pictures: CodePictures
    centre: Centre

    async def invite_administrator(self, *, again: bool) -> Link:
        """Make the link of the first administrator, or ``again`` of one more.

        Raises IllegalMove if there is one already and nobody asked for another.
        """
        async with self.store.begin() as work:
            if not again and any(_administers(one) for one in await work.staff.all()):
                raise IllegalMove("there is an administrator")
            return await self._link(work, FIRST)

    async def begin(self, secret: str) -> Beginning:
        """Show what somebody with a link has to choose; raises NotFound or Expired."""
        async with self.store.read() as work:
            member = await self._invited(work, secret)
        return self._beginning(
            self._totp_secret(),
            login=member.login if member else "",
            name=member.name if member else "",
        )

    def begun(self, choice: Choice) -> Beginning:
        """Show the same secret again to who mistyped something else."""
        check_totp_secret(choice.totp_secret)
        return self._beginning(choice.totp_secret, login=choice.login, name=choice.name)

    async def choose(self, secret: str, choice: Choice) -> None:
        """Make the account, or give it new secrets, and use up the link.

        Raises BadInput, WrongCredentials (the code) or Expired.
        """
        async with self.store.read() as work:
            invited = await self._invited(work, secret)
            _check(choice, invited)
            if invited is None:
                await _refuse_taken(work, choice.login)
        step = self.passwords.totp_step(choice.totp_secret, choice.code, at=self.clock())
        if step is None:
            raise WrongCredentials("code")
        hashed = await asyncio.to_thread(self.passwords.hash, choice.password)
        async with self.store.begin() as work:
            token = await work.tokens.use(Purpose.DESK, secret, at=self.clock())
            member = await self._keep(work, token, choice, hashed)
            await work.staff.use_totp(member, step)
            await work.logins.revoke_staff(member)
            await review_rooms_of_staff(work, member)

    async def accounts(self, actor: Actor) -> Sequence[Account]:
        """List everybody who has, had or will have a log-in."""
        me = _administrator(actor)
        async with self.store.read() as work:
            members = await work.staff.everybody()
        return [_account(one, me) for one in sorted(members, key=lambda one: one.login)]

    async def history(self, actor: Actor) -> Sequence[Event]:
        """Tell what was done to accounts, the newest first."""
        _administrator(actor)
        async with self.store.read() as work:
            events = await work.cases.history(CaseId(""))
        return [one for one in reversed(events) if one.kind.startswith("account.")]

    async def add(self, actor: Actor, wanted: NewAccount) -> Link:
        """Take somebody on and make the link for their secrets."""
        me = _administrator(actor)
        member = StaffMember(
            id=StaffId(self.chance.id()),
            login=wanted.login,
            name=wanted.name.strip(),
            phone=phones.e164(wanted.phone, demo=self.centre.demo),
            region=self._region(wanted.region),
            roles=wanted.roles,
            password=NO_PASSWORD,
            totp_secret="",
            seal_right=wanted.seal_right,
            active=False,
            skills=wanted.skills,
        )
        events = [self._event("account.added", member.id, me.ref, roles=",".join(wanted.roles))]
        if wanted.seal_right:
            events.append(self._event("account.seal-granted", member.id, me.ref))
        async with self.store.begin() as work:
            await _refuse_taken(work, wanted.login)
            await work.staff.add(member, *events)
            return await self._link(work, member.id)

    async def invite_again(self, actor: Actor, staff_id: StaffId) -> Link:
        """Make a new link: the first got lost, or the phone with the authenticator did.

        Password and authenticator work on until the link is used; who left comes back by it.
        """
        me = _administrator(actor)
        async with self.store.begin() as work:
            member = await work.staff.get(staff_id)
            invited = member if member.active else replace(member, password=NO_PASSWORD)
            await work.staff.save(invited, self._event("account.invited", staff_id, me.ref))
            return await self._link(work, staff_id)

    async def end(self, actor: Actor, staff_id: StaffId) -> None:
        """Take somebody's log-in; their sessions die now.  Nobody locks themselves out."""
        me = _administrator(actor)
        if staff_id == me.id:
            raise IllegalMove("one's own account")
        nobody_knows = await asyncio.to_thread(self.passwords.hash, self.chance.id())
        async with self.store.begin() as work:
            member = await work.staff.get(staff_id)
            left = replace(member, active=False, password=nobody_knows, totp_secret="")
            await _keep_one_administrator(work, member)
            await work.staff.save(left, self._event("account.ended", staff_id, me.ref))
            await work.tokens.revoke(Purpose.DESK, staff_id)
            await _put_out(work, staff_id)
            await _hand_back(work, member)

    async def change(self, actor: Actor, staff_id: StaffId, wanted: ChangedAccount) -> None:
        """Give somebody other roles, another area, other skills.

        Who loses a right is logged out; who is no longer a mediator gives their open cases back;
        the seal right goes with the role. Raises IllegalMove for the last administrator's role.
        """
        me = _administrator(actor)
        async with self.store.begin() as work:
            member = await work.staff.get(staff_id)
            same = wanted.region == member.region
            region = member.region if same else self._region(wanted.region)
            seals = member.seal_right and Role.SUPERVISOR in wanted.roles
            changed = replace(
                member,
                region=region,
                roles=wanted.roles,
                skills=wanted.skills,
                seal_right=seals,
            )
            if not _administers(changed):
                await _keep_one_administrator(work, member)
            await work.staff.save(changed, *self._changes(member, changed, me.ref))
            if _loses(member, changed):
                await _put_out(work, staff_id)
            if Role.MEDIATOR not in changed.roles:
                await _hand_back(work, member)

    def _changes(self, before: StaffMember, after: StaffMember, by: ActorRef) -> list[Event]:
        events = [
            self._event(
                "account.changed",
                after.id,
                by,
                roles=",".join(after.roles),
                region=after.region,
                skills=",".join(after.skills),
            )
        ]
        if before.seal_right and not after.seal_right:
            events.append(self._event("account.seal-withdrawn", after.id, by))
        return events

    async def set_seal_right(self, actor: Actor, staff_id: StaffId, *, granted: bool) -> None:
        """Grant or withdraw the right to seal (用印权), for a supervisor by name."""
        me = _administrator(actor)
        async with self.store.begin() as work:
            member = await work.staff.get(staff_id)
            if granted and Role.SUPERVISOR not in member.roles:
                raise BadInput("seal_right", "only a supervisor seals")
            kind = "account.seal-granted" if granted else "account.seal-withdrawn"
            changed = replace(member, seal_right=granted)
            await work.staff.save(changed, self._event(kind, staff_id, me.ref))

    async def _link(self, work: Work, about: str) -> Link:
        secret, ends_at = self.chance.id(), self.clock() + LINK_SPAN
        await work.tokens.revoke(Purpose.DESK, about)
        token = Token(purpose=Purpose.DESK, subject=about, case_id=CaseId(""), expires_at=ends_at)
        await work.tokens.add(secret, token)
        return Link(address=f"{self.centre.public_url}/desk/first/{secret}", ends_at=ends_at)

    async def _invited(self, work: Work, secret: str) -> StaffMember | None:
        """Whose link this is; None for one that leads to no account yet."""
        token = await work.tokens.find(Purpose.DESK, secret)
        over = token.expires_at is not None and self.clock() >= token.expires_at
        if over or token.used_at is not None:
            raise Expired(Purpose.DESK)
        return None if token.subject == FIRST else await work.staff.get(StaffId(token.subject))

    async def _keep(self, work: Work, token: Token, choice: Choice, hashed: str) -> StaffId:
        """Keep who chose; the first administrator becomes somebody only now."""
        if token.subject == FIRST:
            member = self._new_administrator(choice)
        else:
            member = await work.staff.get(StaffId(token.subject))
        whole = replace(member, active=True, password=hashed, totp_secret=choice.totp_secret)
        roles = ",".join(whole.roles)
        begun = self._event("account.begun", whole.id, f"staff:{whole.id}", roles=roles)
        if token.subject == FIRST:
            await _refuse_taken(work, choice.login)
            await work.staff.add(whole, begun)
        else:
            await work.staff.save(whole, begun)
        return whole.id

    def _new_administrator(self, choice: Choice) -> StaffMember:
        return StaffMember(
            id=StaffId(self.chance.id()),
            login=choice.login,
            name=choice.name.strip(),
            phone="",
            region=prefix_of(self.centre.region),
            roles=(Role.ADMINISTRATOR,),
            password="",
            totp_secret="",
        )

    def _beginning(self, totp_secret: str, *, login: str, name: str) -> Beginning:
        label = f"{self.centre.name}:{login}" if login else self.centre.name
        facts = urlencode({"secret": totp_secret, "issuer": self.centre.name}, quote_via=quote)
        picture = self.pictures.png(f"otpauth://totp/{quote(label)}?{facts}")
        return Beginning(login=login, name=name, totp_secret=totp_secret, picture=picture)

    def _totp_secret(self) -> str:
        # The last letter of an id holds three bits only; 25 and 7 whole ones make 160.
        return (self.chance.id()[:25] + self.chance.id()[:7]).upper()

    def _region(self, asked: str) -> str:
        """The area somebody answers for: inside the centre's, or all of it."""
        own = prefix_of(self.centre.region)
        code = prefix_of(full_code(asked)) if asked else own
        if not code.startswith(own):
            raise BadInput("region", "not in the centre's area")
        return code

    def _event(self, kind: str, about: StaffId, by: ActorRef, **detail: str) -> Event:
        return Event(subject=about, case_id="", kind=kind, by=by, at=self.clock(), detail=detail)


def _administrator(actor: Actor) -> Staff:
    """Whoever acts as administrator; for anybody else there is no such page."""
    if not isinstance(actor, Staff) or actor.role is not Role.ADMINISTRATOR:
        raise NotFound("accounts")
    return actor


def _administers(member: StaffMember) -> bool:
    return Role.ADMINISTRATOR in member.roles


async def _keep_one_administrator(work: Work, leaving: StaffMember) -> None:
    """Refuse that the last administrator goes; of two who put each other out one is refused."""
    if not (leaving.active and _administers(leaving)):
        return
    others = [one for one in await work.staff.all() if _administers(one) and one.id != leaving.id]
    if not others:
        raise IllegalMove("the last administrator")
    await work.staff.save(others[0])  # a new version: who takes it away meanwhile gets Stale


def _loses(before: StaffMember, after: StaffMember) -> bool:
    """Is a right gone that a session may be using?"""
    fewer = not set(before.roles) <= set(after.roles)
    return (
        fewer or not before.region.startswith(after.region) or before.seal_right > after.seal_right
    )


async def _put_out(work: Work, staff_id: StaffId) -> None:
    """End every session of somebody, and their place in every room."""
    await work.logins.revoke_staff(staff_id)
    await review_rooms_of_staff(work, staff_id)


async def _hand_back(work: Work, member: StaffMember) -> None:
    """Have the cases of whoever mediates no more handed back, once this is kept."""
    if Role.MEDIATOR in member.roles:
        await work.jobs.add(HandBackCases(member.id))


def _check(choice: Choice, invited: StaffMember | None) -> None:
    login = invited.login if invited else choice.login
    if invited is None:
        check_login(login)
        check_name(choice.name)
    check_password(choice.password, login=login)
    check_totp_secret(choice.totp_secret)


async def _refuse_taken(work: Work, login: str) -> None:
    if await work.staff.by_login(login) is not None:
        raise BadInput("login", "taken")


def _account(member: StaffMember, me: Staff) -> Account:
    return Account(
        id=member.id,
        login=member.login,
        name=member.name,
        phone=masking.phone(member.phone) if member.phone else "",
        region=member.region,
        roles=member.roles,
        skills=member.skills,
        seal_right=member.seal_right,
        state=_state(member),
        mine=member.id == me.id,
        tied=member.person_id is not None,
    )


def _state(member: StaffMember) -> AccountState:
    if member.active:
        return AccountState.ACTIVE
    return AccountState.INVITED if member.password == NO_PASSWORD else AccountState.ENDED
