"""Tables of tokens, log-in codes, sessions and attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, UtcInstant


class TokenRow(Base):
    """A token under the blind index of its text; case and paper codes keep the text sealed."""

    __tablename__ = "tokens"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    secret_index: Mapped[str] = mapped_column(Text, unique=True)
    purpose: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    case_id: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(Text)
    participant: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    revoked: Mapped[bool] = mapped_column(Boolean)
    text: Mapped[str | None] = mapped_column(Encrypted("tokens.text"))

    __table_args__ = (Index("ix_tokens_subject_purpose", subject, purpose),)


class LoginCodeRow(Base):
    """The one live log-in code of a number."""

    __tablename__ = "login_codes"

    phone_index: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(Text)
    code_hash: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    tries: Mapped[int] = mapped_column(Integer)
    used: Mapped[bool] = mapped_column(Boolean)


class SessionRow(Base):
    """Somebody is, or was, logged in."""

    __tablename__ = "sessions"

    id_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(Text, index=True)
    staff_id: Mapped[str] = mapped_column(Text, index=True)
    role: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    ends_at: Mapped[datetime] = mapped_column(UtcInstant)
    revoked: Mapped[bool] = mapped_column(Boolean)
    how: Mapped[str] = mapped_column(Text)
    family: Mapped[str] = mapped_column(Text, index=True)


class RenewalRow(Base):
    """A secret that renews a session, once; those of one log-in are a family."""

    __tablename__ = "renewals"

    secret_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    family: Mapped[str] = mapped_column(Text, index=True)
    person_id: Mapped[str] = mapped_column(Text, index=True)
    how: Mapped[str] = mapped_column(Text)
    ends_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    revoked: Mapped[bool] = mapped_column(Boolean)


class AttemptRow(Base):
    """One attempt under a blinded name, forgotten when its window has passed."""

    __tablename__ = "attempts"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    name_index: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    forget_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)

    __table_args__ = (Index("ix_attempts_name_index_at", name_index, at),)
