"""Log-in codes, sessions and counters of attempts in the database."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from domain.codes import BY_PHONE, LoginCode, Renewal, Session
from domain.errors import DomainError, Expired, TooManyTries, WrongCredentials
from domain.ids import PersonId, StaffId
from storage.rows.access import AttemptRow, LoginCodeRow, RenewalRow, SessionRow
from storage.transaction import Transaction

MOST_TRIES = 5  #: per code


class SqlLogins:
    """Log-in codes, sessions, and counters of attempts."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def keep_code(self, code: LoginCode) -> None:
        """Keep a new code; the one before it is worthless."""
        values = {
            "person_id": code.person_id,
            "code_hash": code.code_hash,
            "expires_at": code.expires_at,
            "tries": code.tries,
            "used": code.used,
        }
        keeping = self._tx.insert(LoginCodeRow).values(phone_index=code.phone_index, **values)
        await self._tx.run(
            keeping.on_conflict_do_update(index_elements=["phone_index"], set_=values)
        )

    async def try_code(self, phone_index: str, code_hash: str, *, at: datetime) -> PersonId:
        """Check and use up the code; counts the try.

        Catch the refusal inside the transaction and raise it after: an error that leaves the
        transaction undoes it, and with it the count.
        """
        counting = update(LoginCodeRow).where(LoginCodeRow.phone_index == phone_index)
        await self._tx.run(counting.values(tries=LoginCodeRow.tries + 1))
        own = select(LoginCodeRow).where(LoginCodeRow.phone_index == phone_index)
        code = await self._tx.maybe(own)
        if code is None:
            raise WrongCredentials("no code was sent")
        if (refusal := _refusal(code, code_hash, at)) is not None:
            raise refusal
        await self._tx.run(counting.values(used=True))
        return PersonId(code.person_id)

    async def count(self, name: str, *, at: datetime, window_seconds: int) -> int:
        """Count an attempt and return how many the window that ends now holds."""
        index = self._tx.keys.blind(name, "attempts.name")
        await self._tx.alone(f"attempts {index}")
        window = timedelta(seconds=window_seconds)
        await self._tx.run(delete(AttemptRow).where(AttemptRow.forget_at <= at))
        attempt = self._tx.insert(AttemptRow)
        await self._tx.run(attempt.values(name_index=index, at=at, forget_at=at + window))
        held = select(func.count()).select_from(AttemptRow)
        held = held.where(AttemptRow.name_index == index, AttemptRow.at > at - window)
        return await self._tx.one(held)

    async def forget(self, name: str) -> None:
        """Forget the attempts under this name: one succeeded."""
        index = self._tx.keys.blind(name, "attempts.name")
        await self._tx.run(delete(AttemptRow).where(AttemptRow.name_index == index))

    async def open(self, session: Session) -> None:
        """Keep a new session."""
        new = self._tx.insert(SessionRow).values(
            id_hash=session.id_hash,
            person_id=session.person_id,
            staff_id=session.staff_id,
            role=session.role,
            made_at=session.made_at,
            seen_at=session.seen_at,
            ends_at=session.ends_at,
            revoked=session.revoked,
            how=session.how,
            family=session.family,
        )
        await self._tx.run(new)

    async def session(self, id_hash: str) -> Session | None:
        """Return the session with this hash, also a revoked or old one."""
        row = await self._tx.maybe(select(SessionRow).where(SessionRow.id_hash == id_hash))
        return None if row is None else _session(row)

    async def see(self, id_hash: str, *, at: datetime) -> None:
        """Note that the session was used; the moment never goes back."""
        seeing = update(SessionRow).where(SessionRow.id_hash == id_hash, SessionRow.seen_at < at)
        await self._tx.run(seeing.values(seen_at=at))

    async def revoke(self, id_hash: str) -> None:
        """End a session."""
        ending = update(SessionRow).where(SessionRow.id_hash == id_hash)
        await self._tx.run(ending.values(revoked=True))

    async def offer(self, renewal: Renewal) -> None:
        """Keep a new secret that renews a session."""
        new = self._tx.insert(RenewalRow).values(
            secret_hash=renewal.secret_hash,
            family=renewal.family,
            person_id=renewal.person_id,
            how=renewal.how,
            ends_at=renewal.ends_at,
            used_at=renewal.used_at,
            revoked=renewal.revoked,
        )
        await self._tx.run(new)

    async def renewal(self, secret_hash: str) -> Renewal | None:
        """Return the secret with this hash, held until this transaction ends."""
        own = select(RenewalRow).where(RenewalRow.secret_hash == secret_hash)
        row = await self._tx.maybe(own.with_for_update())
        return None if row is None else _renewal(row)

    async def use_renewal(self, secret_hash: str, *, at: datetime) -> None:
        """Note that it was used."""
        using = update(RenewalRow).where(RenewalRow.secret_hash == secret_hash)
        await self._tx.run(using.values(used_at=at))

    async def revoke_family(self, family: str) -> None:
        """End everything that came of one log-in."""
        for row in (SessionRow, RenewalRow):
            await self._tx.run(update(row).where(row.family == family).values(revoked=True))

    async def revoke_person(self, person_id: PersonId) -> None:
        """End every session of a resident, and everything that renews one."""
        for row in (SessionRow, RenewalRow):
            await self._tx.run(update(row).where(row.person_id == person_id).values(revoked=True))

    async def of_person(self, person_id: PersonId) -> Sequence[Session]:
        """Return a resident's sessions, newest first."""
        own = select(SessionRow).where(SessionRow.person_id == person_id)
        rows = await self._tx.all(own.order_by(SessionRow.made_at.desc(), SessionRow.id_hash))
        return [_session(row) for row in rows]

    async def drop_of_person(self, person_id: PersonId) -> None:
        """Delete a resident's sessions and log-in codes."""
        for row in (SessionRow, RenewalRow, LoginCodeRow):
            await self._tx.run(delete(row).where(row.person_id == person_id))

    async def revoke_by_phone(self, person_id: PersonId) -> None:
        """End every session of a resident that a code by SMS opened."""
        ending = update(SessionRow).where(
            SessionRow.person_id == person_id, SessionRow.how == BY_PHONE
        )
        await self._tx.run(ending.values(revoked=True))

    async def revoke_staff(self, staff_id: StaffId, *, how: str = "") -> None:
        """End every session of somebody of the centre, or those that began in one way."""
        ending = update(SessionRow).where(SessionRow.staff_id == staff_id)
        if how:
            ending = ending.where(SessionRow.how == how)
        await self._tx.run(ending.values(revoked=True))


def _refusal(code: LoginCodeRow, code_hash: str, at: datetime) -> DomainError | None:
    if code.tries > MOST_TRIES:
        return TooManyTries("this code")
    if code.used or code.expires_at <= at:
        return Expired("this code")
    if not hmac.compare_digest(code.code_hash.encode(), code_hash.encode()):
        return WrongCredentials("this code")
    return None


def _session(row: SessionRow) -> Session:
    return Session(
        id_hash=row.id_hash,
        person_id=PersonId(row.person_id) if row.person_id else None,
        staff_id=row.staff_id,
        role=row.role,
        made_at=row.made_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        revoked=row.revoked,
        how=row.how,
        family=row.family,
    )


def _renewal(row: RenewalRow) -> Renewal:
    return Renewal(
        secret_hash=row.secret_hash,
        family=row.family,
        person_id=PersonId(row.person_id),
        how=row.how,
        ends_at=row.ends_at,
        used_at=row.used_at,
        revoked=row.revoked,
    )
