"""The tokens in addresses: found by a keyed hash, so that the table opens no door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, false, or_, select, update

from domain.codes import Purpose, Token
from domain.errors import Expired
from domain.ids import CaseId, PersonId
from storage.rows.access import TokenRow
from storage.transaction import Transaction


class SqlTokens:
    """The tokens."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, secret: str, token: Token, *, keep_text: bool = False) -> None:
        """Keep a token by the hash of its text; with ``keep_text`` the text sealed too."""
        new = self._tx.insert(TokenRow).values(
            secret_index=self._index(token.purpose, secret),
            purpose=token.purpose,
            subject=token.subject,
            case_id=token.case_id,
            person_id=token.person_id,
            participant=token.participant,
            expires_at=token.expires_at,
            used_at=token.used_at,
            revoked=token.revoked,
            text=secret if keep_text else None,
        )
        await self._tx.run(new)

    async def find(self, purpose: Purpose, secret: str) -> Token:
        """Return what the token means; a revoked one is NotFound, an old one is returned."""
        return _token(await self._tx.one(self._live(purpose, secret)))

    async def known(self, purpose: Purpose, secret: str) -> Token:
        """Return what the token means or meant, also once revoked."""
        index = self._index(purpose, secret)
        return _token(await self._tx.one(select(TokenRow).where(TokenRow.secret_index == index)))

    async def use(self, purpose: Purpose, secret: str, *, at: datetime) -> Token:
        """Use up a one-use token by compare-and-set; raises Expired if used or over."""
        using = update(TokenRow).where(
            TokenRow.secret_index == self._index(purpose, secret),
            TokenRow.revoked == false(),
            TokenRow.used_at.is_(None),
            or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > at),
        )
        used = await self._tx.run(using.values(used_at=at))
        token = await self.find(purpose, secret)
        if used == 0:
            raise Expired(purpose)
        return token

    async def text(self, purpose: Purpose, subject: str) -> str:
        """Return the kept text of the newest live token of this subject."""
        kept = select(TokenRow.text).where(
            TokenRow.purpose == purpose,
            TokenRow.subject == subject,
            TokenRow.revoked == false(),
            TokenRow.text.is_not(None),
        )
        return str(await self._tx.one(kept.order_by(TokenRow.seq.desc()).limit(1)))

    async def revoke(self, purpose: Purpose, subject: str) -> None:
        """Make every token of this purpose for the subject worthless."""
        own = update(TokenRow).where(TokenRow.purpose == purpose, TokenRow.subject == subject)
        await self._tx.run(own.values(revoked=True))

    def _live(self, purpose: Purpose, secret: str) -> Select[TokenRow]:
        index = self._index(purpose, secret)
        return select(TokenRow).where(TokenRow.secret_index == index, TokenRow.revoked == false())

    def _index(self, purpose: Purpose, secret: str) -> str:
        return self._tx.keys.blind(f"{purpose}:{secret}", "tokens.secret")


def _token(row: TokenRow) -> Token:
    return Token(
        purpose=Purpose(row.purpose),
        subject=row.subject,
        case_id=CaseId(row.case_id),
        person_id=PersonId(row.person_id) if row.person_id else None,
        participant=row.participant,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked=row.revoked,
    )
