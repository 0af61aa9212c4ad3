"""Where tokens in addresses, log-in codes and sessions are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.codes import LoginCode, Purpose, Renewal, Session, Token
from domain.ids import PersonId, StaffId


class Tokens(Protocol):
    """Tokens in addresses: only their hash is kept; a case or paper code also encrypted."""

    async def add(self, secret: str, token: Token, *, keep_text: bool = False) -> None:
        """Keep a token by the hash of its text; with ``keep_text`` the text encrypted too."""
        ...

    async def find(self, purpose: Purpose, secret: str) -> Token:
        """Return what the token means; revoked ones are NotFound, expired ones are returned."""
        ...

    async def known(self, purpose: Purpose, secret: str) -> Token:
        """Return what a token of ours means or meant, also once it is revoked."""
        ...

    async def use(self, purpose: Purpose, secret: str, *, at: datetime) -> Token:
        """Use up a one-use token by compare-and-set; raises Expired if used or over."""
        ...

    async def text(self, purpose: Purpose, subject: str) -> str:
        """Return the kept text of the live token of this subject."""
        ...

    async def revoke(self, purpose: Purpose, subject: str) -> None:
        """Make every token of this purpose for the subject worthless."""
        ...


class Logins(Protocol):
    """Log-in codes, sessions, and counters of attempts."""

    async def keep_code(self, code: LoginCode) -> None:
        """Keep a new code; earlier ones of the number are worthless."""
        ...

    async def try_code(self, phone_index: str, code_hash: str, *, at: datetime) -> PersonId:
        """Check and use up the code; counts the try.

        Raises WrongCredentials, TooManyTries or Expired.
        """
        ...

    async def count(self, name: str, *, at: datetime, window_seconds: int) -> int:
        """Count an attempt under this name and return how many the window holds."""
        ...

    async def forget(self, name: str) -> None:
        """Forget the attempts under this name: one succeeded."""
        ...

    async def open(self, session: Session) -> None:
        """Keep a new session."""
        ...

    async def session(self, id_hash: str) -> Session | None:
        """Return the session with this hash."""
        ...

    async def see(self, id_hash: str, *, at: datetime) -> None:
        """Note that the session was used now."""
        ...

    async def revoke(self, id_hash: str) -> None:
        """End a session."""
        ...

    async def offer(self, renewal: Renewal) -> None:
        """Keep a new secret that renews a session."""
        ...

    async def renewal(self, secret_hash: str) -> Renewal | None:
        """Return the secret with this hash, also a used one; nobody else uses it meanwhile."""
        ...

    async def use_renewal(self, secret_hash: str, *, at: datetime) -> None:
        """Note that it was used."""
        ...

    async def revoke_family(self, family: str) -> None:
        """End everything that came of one log-in."""
        ...

    async def revoke_person(self, person_id: PersonId) -> None:
        """End every session of a resident, and everything that renews one."""
        ...

    async def of_person(self, person_id: PersonId) -> Sequence[Session]:
        """Return a resident's sessions, newest first."""
        ...

    async def drop_of_person(self, person_id: PersonId) -> None:
        """Delete a resident's sessions and log-in codes."""
        ...

    async def revoke_by_phone(self, person_id: PersonId) -> None:
        """End every session of a resident that a code by SMS opened."""
        ...

    async def revoke_staff(self, staff_id: StaffId, *, how: str = "") -> None:
        """End every session of somebody of the centre, or those that began in one way."""
        ...
