"""Logging in: residents by WeChat or by a code to their number on file, staff by two factors."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from domain import masking
from domain.actors import Actor, Resident, Role
from domain.codes import BY_PHONE, CODE_SPAN, LoginCode, Purpose, Renewal, Session, Token
from domain.errors import BadInput, Expired, NotFound, NotLoggedIn, TooManyTries, WrongCredentials
from domain.ids import MeetingId, PersonId, StaffId
from domain.notices import NoticeKind
from domain.people import Person, StaffMember, WeChatIdentity
from domain.ports.outside import Chance, Clock, Passwords
from domain.ports.store import Store, Work
from services.contention import built_upon
from services.invitations import still_good
from services.notices import NoticeDesk
from services.persons import ask_who, recognise
from services.rooms import review_rooms_of_person, review_rooms_of_staff
from services.settings import Centre, LoginTerms
from services.views import InvitationView

JOIN_CODES_PER_HOUR = 2  #: to one number, whoever asks: they are asked for by strangers
CODES_PER_HOUR = 5
TRIES = 5
LOCK_SECONDS = 15 * 60
STAFF_IDLE = timedelta(minutes=15)
STAFF_SPAN = timedelta(hours=8)
BY_WECHAT = "wechat"
BY_TOTP = "password+totp"
NO_PASSWORD = (
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105  # matches nothing
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


CodeRefusal: TypeAlias = WrongCredentials | TooManyTries | Expired


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session: its secret goes into a cookie or a bearer token, only its hash is kept."""

    secret: str = field(repr=False)
    actor: Actor
    roles: tuple[Role, ...] = ()
    renewal: str = field(default="", repr=False)  #: renews it, once; empty: it cannot be renewed
    span: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityDesk:
    """The desk that knows who is there."""

    store: Store
    clock: Clock
    chance: Chance
    passwords: Passwords
    notices: NoticeDesk
    centre: Centre
    terms: LoginTerms = field(default_factory=LoginTerms)
    # One at a time: each takes 64 MiB, and OpenSSL 4.0.3's Argon2 with several lanes never
    # returns once two threads use it at the same time.
    comparing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def staff_login(
        self, login: str, password: str, code: str, *, address: str, role: str = ""
    ) -> Opened:
        """Open a session for somebody of the centre (等保: two factors, five tries)."""
        member = await self.known_by_password(login, password, address=address)
        await self.check_totp(member, code)
        await self.forgive(member)
        return await self.staff_session(member, role=role, how=BY_TOTP)

    async def known_by_password(self, login: str, password: str, *, address: str) -> StaffMember:
        """Say whose password this is, tries counted; it is one factor and opens nothing alone."""
        await self._limit(f"staff-login/{login}", TRIES)
        await self._limit(f"staff-address/{address}", 10 * TRIES)
        async with self.store.read() as work:
            member = await work.staff.by_login(login)
        hashed = member.password if member else NO_PASSWORD
        async with self.comparing:
            known = await asyncio.to_thread(self.passwords.matches, password, hashed)
        if member is None or not known or not member.active:
            raise WrongCredentials(login)
        return member

    async def forgive(self, member: StaffMember) -> None:
        """Forget the wrong tries before somebody showed both factors."""
        async with self.store.begin() as work:
            await work.logins.forget(f"staff-login/{member.login}")

    async def staff_session(
        self,
        member: StaffMember,
        *,
        role: str,
        how: str,
        span: timedelta = STAFF_SPAN,
        family: str = "",
    ) -> Opened:
        """Open a session for whoever is known to be this member, in the role or their first one."""
        chosen = Role(role) if role in member.roles else member.roles[0]
        secret = await self._open(staff=member.id, role=chosen, how=how, span=span, family=family)
        acting = member.acting_as(chosen)
        return Opened(secret=secret, actor=acting, roles=member.roles, span=span)

    async def check_totp(self, member: StaffMember, code: str) -> None:
        """Use up a current one-time code (RFC 6238), or raise WrongCredentials."""
        async with self.store.begin() as work:
            refusal = await self.use_totp(work, member, code)
        if refusal is not None:
            raise refusal

    async def use_totp(self, work: Work, member: StaffMember, code: str) -> WrongCredentials | None:
        """Use up a current one-time code within the running transaction, or say why not."""
        step = self.passwords.totp_step(member.totp_secret, code, at=self.clock())
        if step is None or not await work.staff.use_totp(member.id, step):
            return WrongCredentials(member.login)
        return None

    async def wechat_login(self, appid: str, openid: str, unionid: str = "") -> Opened:
        """Open a browser's session for whom WeChat vouched; the id never comes from the browser."""
        person = await self.person_of(appid, openid, unionid)
        span = self.terms.page
        secret = await self._open(person=person, how=BY_WECHAT, span=span)
        return Opened(secret=secret, actor=Resident(id=person), span=span)

    async def program_login(self, appid: str, openid: str, unionid: str = "") -> Opened:
        """Open a short session for a program that keeps it alive by renewing it."""
        person = await self.person_of(appid, openid, unionid)
        renewal = Renewal(
            secret_hash="",
            family=self.chance.id(),
            person_id=person,
            how=BY_WECHAT,
            ends_at=self.clock() + self.terms.renewal,
        )
        async with self.store.begin() as work:
            return await self._renewable(work, renewal)

    async def renew(self, secret: str) -> Opened:
        """Open the next short session, and give the secret that renews it.

        Each secret is good once.  A second use shows that somebody has a copy: everything that came
        of this log-in ends (RFC 9700, 4.14.2).  Raises NotLoggedIn.
        """
        async with self.store.begin() as work:
            found = await work.logins.renewal(_hash(secret))
            if found is None or found.revoked or self.clock() >= found.ends_at:
                opened = None
            elif found.used_at is not None:
                await work.logins.revoke_family(found.family)
                await review_rooms_of_person(work, found.person_id)
                opened = None
            else:
                await work.logins.use_renewal(found.secret_hash, at=self.clock())
                opened = await self._renewable(work, found)
        if opened is None:
            raise NotLoggedIn("renewal")
        return opened

    async def end_everywhere(self, resident: Resident) -> None:
        """Log a resident out of every phone and browser (退出所有设备)."""
        async with self.store.begin() as work:
            person = await work.people.hold(resident.id)
            await work.logins.revoke_person(person)
            await review_rooms_of_person(work, person)

    async def learn_phone(self, resident: Resident, phone: str) -> str:
        """Keep the number that WeChat vouches for, and give it masked.

        A number on file is never replaced from here: codes that open cases go to it.  Raises
        BadInput for another one.
        """
        async with self.store.begin() as work:
            person = await work.people.get(await work.people.hold(resident.id))
            if person.phone and person.phone != phone:
                raise BadInput("phone", "another number is on file")
            if not person.phone:
                await work.people.save(replace(person, phone=phone))
        return masking.phone(phone)

    async def account_of(self, resident: Resident, appid: str) -> str:
        """Say who a resident is in one of our apps; raises NotFound."""
        async with self.store.read() as work:
            for account in await work.people.identities(resident.id):
                if account.appid == appid:
                    return account.openid
        raise NotFound(appid)

    async def _renewable(self, work: Work, renewal: Renewal) -> Opened:
        """Open a short session of a log-in's family, with the secret that renews it."""
        secret, next_secret = self._secret(), self._secret()
        session = await self._session(
            work,
            secret,
            person=renewal.person_id,
            how=renewal.how,
            span=self.terms.access,
            family=renewal.family,
        )
        following = replace(renewal, secret_hash=_hash(next_secret), used_at=None)
        await work.logins.offer(following)
        return Opened(
            secret=secret,
            actor=Resident(id=session.person_id or renewal.person_id),
            renewal=next_secret,
            span=self.terms.access,
        )

    async def invitation(self, purpose: Purpose, secret: str) -> InvitationView:
        """Say what an invitation's page may show before log-in."""
        async with self.store.read() as work:
            token = await self._live(work, purpose, secret)
            person = await work.people.get(_invited(token))
            starts = None
            if purpose is Purpose.ROOM:
                starts = (await work.meetings.get(MeetingId(token.participant))).starts_at
        return InvitationView(
            purpose=purpose,
            masked_phone=masking.phone(person.phone) if person.phone else "",
            person_id=person.id,
            case_id=token.case_id,
            subject=token.participant,
            office=self.centre.name,
            phone=self.centre.phone,
            starts_at=starts,
        )

    async def ask_code(self, purpose: Purpose, secret: str, *, address: str) -> str:
        """Send a code to the number on file, never to one typed in; give it masked."""
        await self._limit(f"code-address/{address}", 4 * CODES_PER_HOUR)
        async with self.store.begin() as work:
            token = await self._live(work, purpose, secret)
            person = await work.people.get(_invited(token))
            return await self.send_code(work, person)

    async def send_code(
        self, work: Work, person: Person, kind: NoticeKind = NoticeKind.LOGIN_CODE, about: str = ""
    ) -> str:
        """Send a fresh code to a person's number within the running transaction.

        It is good for this person, this kind of deed and the thing it is ``about``, nothing else.
        """
        if not person.phone:
            raise NotFound(person.id)
        index = await work.people.phone_index(person.phone)
        budget, most = (
            (f"join-code/{index}", JOIN_CODES_PER_HOUR)
            if kind is NoticeKind.JOIN_CODE
            else (f"code/{index}", CODES_PER_HOUR)
        )
        sent = await work.logins.count(budget, at=self.clock(), window_seconds=3600)
        if sent > most:
            raise TooManyTries(person.id)
        code = self.chance.digits(6)
        await work.logins.keep_code(
            LoginCode(
                phone_index=_slot(index, kind, about),
                person_id=person.id,
                code_hash=_code_hash(index, person, kind, about, code),
                expires_at=self.clock() + CODE_SPAN,
            )
        )
        await self.notices.post(
            work,
            kind,
            case_id=None,
            to_person=person.id,
            facts={"code": code},
            by_sms=True,
        )
        return masking.phone(person.phone)

    async def enter_code(self, purpose: Purpose, secret: str, code: str, *, address: str) -> Opened:
        """Open a session for the invited person who has the phone at hand."""
        await self._limit(f"try-address/{address}", 4 * TRIES)
        async with self.store.read() as work:
            token = await self._live(work, purpose, secret)
            person = await work.people.get(_invited(token))
        await self.check_code(person, code)
        span = self.terms.page
        opened = await self._open(person=person.id, how=BY_PHONE, span=span)
        return Opened(secret=opened, actor=Resident(id=person.id), span=span)

    async def check_code(
        self,
        person: Person,
        code: str,
        kind: NoticeKind = NoticeKind.LOGIN_CODE,
        about: str = "",
    ) -> None:
        """Use up the person's code; the failed try is kept although it raises."""
        async with self.store.begin() as work:
            refusal = await self.use_code(work, person, code, kind, about)
        if refusal is not None:
            raise refusal

    async def use_code(
        self, work: Work, person: Person, code: str, kind: NoticeKind, about: str
    ) -> CodeRefusal | None:
        """Use up the person's code within the running transaction, or say why not.

        The refusal is given, not raised, so that the failed try is kept with the transaction.
        """
        index = await work.people.phone_index(person.phone)
        hashed = _code_hash(index, person, kind, about, code)
        try:
            await work.logins.try_code(_slot(index, kind, about), hashed, at=self.clock())
        except (WrongCredentials, TooManyTries, Expired) as why:
            return why
        return None

    async def who(self, secret: str) -> Actor:
        """Say whose session this is; raises NotLoggedIn once it is over."""
        now = self.clock()
        hashed = _hash(secret)
        async with self.store.read() as work:
            session = await work.logins.session(hashed)
            if session is None or session.revoked or now >= session.ends_at:
                raise NotLoggedIn("session")
            if session.person_id is not None:
                return Resident(id=session.person_id, session=hashed)
            if now - session.seen_at >= STAFF_IDLE:
                raise NotLoggedIn("idle")
            member = await work.staff.get(StaffId(session.staff_id))
        if not member.active or Role(session.role) not in member.roles:
            raise NotLoggedIn("role")
        if now - session.seen_at >= timedelta(minutes=1):
            async with self.store.begin() as work:
                await work.logins.see(hashed, at=now)
        return replace(member.acting_as(Role(session.role)), session=hashed)

    async def close(self, secret: str) -> None:
        """End the session and what was opened by it; whoever is in a room by it is taken out."""
        async with self.store.begin() as work:
            session = await work.logins.session(_hash(secret))
            if session is None:
                return
            await work.logins.revoke(session.id_hash)
            await work.logins.revoke_family(session.family or session.id_hash)
            if session.person_id is not None:
                await review_rooms_of_person(work, session.person_id)
            else:
                await review_rooms_of_staff(work, StaffId(session.staff_id))

    @built_upon
    async def person_of(self, appid: str, openid: str, unionid: str) -> PersonId:
        """Find whose account it is; whoever comes for the first time is somebody from now on.

        A page's log-in (OAuth snsapi_base) names no unionid: WeChat is asked for it afterwards.
        """
        async with self.store.begin() as work:
            identity = await work.people.identity(appid, openid)
            if identity is None:
                person = Person(id=PersonId(self.chance.id()))
                await work.people.add(person)
                identity = WeChatIdentity(
                    appid=appid, openid=openid, person_id=person.id, following=False
                )
                await work.people.link(identity)
            if unionid:
                return await recognise(work, identity, unionid, at=self.clock())
            if not identity.unionid:
                today = self.clock().astimezone(self.centre.zone).date()
                await ask_who(work, appid, openid, about=f"{appid}/{openid}/{today}")
        return identity.person_id

    async def _live(self, work: Work, purpose: Purpose, secret: str) -> Token:
        return still_good(await work.tokens.known(purpose, secret), at=self.clock())

    async def _limit(self, name: str, most: int) -> None:
        async with self.store.begin() as work:
            count = await work.logins.count(name, at=self.clock(), window_seconds=LOCK_SECONDS)
        if count > most:
            raise TooManyTries(name)

    async def _open(
        self,
        *,
        how: str,
        span: timedelta,
        person: PersonId | None = None,
        staff: str = "",
        role: str = "",
        family: str = "",
    ) -> str:
        secret = self._secret()
        async with self.store.begin() as work:
            await self._session(
                work,
                secret,
                how=how,
                span=span,
                person=person,
                staff=staff,
                role=role,
                family=family,
            )
        return secret

    async def _session(
        self,
        work: Work,
        secret: str,
        *,
        how: str,
        span: timedelta,
        person: PersonId | None = None,
        staff: str = "",
        role: str = "",
        family: str = "",
    ) -> Session:
        now: datetime = self.clock()
        session = Session(
            id_hash=_hash(secret),
            person_id=await work.people.hold(person) if person else None,
            staff_id=staff,
            role=role,
            made_at=now,
            seen_at=now,
            ends_at=now + span,
            how=how,
            family=family,
        )
        await work.logins.open(session)
        return session

    def _secret(self) -> str:
        return self.chance.id() + self.chance.id()


def _invited(token: Token) -> PersonId:
    if token.person_id is None:
        raise NotFound(token.purpose)
    return token.person_id


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _slot(index: str, kind: NoticeKind, about: str) -> str:
    """Name the place of a number's code: what a stranger asks for replaces no code of its owner."""
    if kind is not NoticeKind.JOIN_CODE:
        return index
    return hashlib.sha256(f"{index}/{kind}/{about}".encode()).hexdigest()


def _code_hash(index: str, person: Person, kind: NoticeKind, about: str, code: str) -> str:
    # Two people may share a number: a code to log one of them in must not sign for the other.
    named = f"{index}/{person.id}/{kind}/{about}/{code.strip()}"
    return hashlib.sha256(named.encode()).hexdigest()
