"""Invitations and tickets: links that lead only to log-in, and five-minute rights after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.codes import Purpose, Token
from domain.errors import DomainError, MeetingOver, NotFound, RatingOver, SigningOver
from domain.ids import CaseId, MatterId, PersonId
from domain.ports.outside import Chance, Clock
from domain.ports.store import Work

TICKET_SPAN = timedelta(minutes=5)
OVER: Mapping[Purpose, type[DomainError]] = MappingProxyType(
    {Purpose.ROOM: MeetingOver, Purpose.SIGN: SigningOver, Purpose.RATE: RatingOver}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """Makes and reads invitations within a running transaction."""

    chance: Chance
    clock: Clock
    public_url: str

    async def invite(
        self,
        work: Work,
        purpose: Purpose,
        *,
        case_id: CaseId,
        person: PersonId,
        about: str,
        until: datetime | None,
    ) -> str:
        """Give the address of a person's invitation; to something else, the earlier one dies.

        ``about`` is the meeting or agreement; the token's subject is ``case/person`` so that the
        one live invitation of a person can be found again.  Asking again to the same thing leaves
        the link that is out already as it is.
        """
        return await self._invited(
            work,
            Token(
                purpose=purpose,
                subject=f"{case_id}/{person}",
                case_id=case_id,
                person_id=person,
                participant=about,
                expires_at=until,
            ),
        )

    async def to_matter(self, work: Work, matter_id: MatterId, *, person: PersonId) -> str:
        """Give the address by which a person without WeChat comes to the answer of a matter."""
        return await self._invited(
            work,
            Token(
                purpose=Purpose.MATTER,
                subject=f"{matter_id}/{person}",
                case_id=CaseId(""),
                person_id=person,
                participant=matter_id,
            ),
        )

    async def _invited(self, work: Work, wanted: Token) -> str:
        purpose, subject = wanted.purpose, wanted.subject
        if (live := await self._live(work, purpose, subject, wanted.participant)) is not None:
            return live
        await work.tokens.revoke(purpose, subject)
        secret = self.chance.id()
        await work.tokens.add(secret, wanted, keep_text=True)
        return f"{self.public_url}/{purpose}/{secret}"

    async def _live(self, work: Work, purpose: Purpose, subject: str, about: str) -> str | None:
        try:
            secret = await work.tokens.text(purpose, subject)
            token = await work.tokens.find(purpose, secret)
        except NotFound:
            return None
        over = token.expires_at is not None and self.clock() >= token.expires_at
        return (
            None if over or token.participant != about else f"{self.public_url}/{purpose}/{secret}"
        )

    async def ticket(
        self, work: Work, *, case_id: CaseId, meeting: str, participant: str, session: str
    ) -> str:
        """Make a ticket to one seat: five minutes, one use, for who has this log-in.

        The ticket names the log-in; it is known by its whole text, so nobody can name another.
        """
        secret = f"{self.chance.id()}.{session}"
        token = Token(
            purpose=Purpose.TICKET,
            subject=meeting,
            case_id=case_id,
            participant=participant,
            expires_at=self.clock() + TICKET_SPAN,
        )
        await work.tokens.add(secret, token)
        return secret

    @staticmethod
    def log_in_of(ticket: str) -> str:
        """The log-in that a ticket names, once the ticket is found to be ours."""
        return ticket.partition(".")[2]

    async def about(self, work: Work, purpose: Purpose, secret: str, person: PersonId) -> str:
        """Give the meeting or agreement this person was invited to; NotFound for anybody else."""
        token = await work.tokens.known(purpose, secret)
        if token.person_id != person:
            raise NotFound(purpose)
        return still_good(token, at=self.clock()).participant


def still_good(token: Token, *, at: datetime) -> Token:
    """Return a token of ours that is not over; whoever holds a genuine one is told what is over.

    A forwarded invitation shows nothing else: neither whose it was nor about what.
    """
    if token.revoked or (token.expires_at is not None and at >= token.expires_at):
        raise OVER.get(token.purpose, NotFound)(token.purpose)
    return token
