"""Tables of the cases and of the history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, SealedText, UtcInstant, Versioned, Words


class CaseRow(Versioned):
    """A case; what its people told is sealed, what lists sort and filter by is not."""

    __tablename__ = "cases"

    number: Mapped[str] = mapped_column(Text, unique=True)
    reporter: Mapped[str] = mapped_column(Text)
    story: Mapped[str] = mapped_column(Encrypted("cases.story"))
    spot: Mapped[str] = mapped_column(Encrypted("cases.spot"))
    proposal: Mapped[str] = mapped_column(Encrypted("cases.proposal"))
    danger: Mapped[str] = mapped_column(Encrypted("cases.danger"))
    reason: Mapped[str] = mapped_column(Encrypted("cases.reason"))
    region: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime] = mapped_column(UtcInstant)
    media: Mapped[tuple[str, ...]] = mapped_column(Words)
    danger_seen_by: Mapped[str | None] = mapped_column(Text)
    alarmed: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text)
    type_code: Mapped[str | None] = mapped_column(Text)
    cell: Mapped[str | None] = mapped_column(Text)
    mediator: Mapped[str | None] = mapped_column(Text, index=True)
    helper: Mapped[str | None] = mapped_column(Text, index=True)
    unfinished: Mapped[bool] = mapped_column(Boolean)
    words_mark: Mapped[str] = mapped_column(Text)  #: changes when the searched words change

    __table_args__ = (
        Index("ix_cases_listed", "alarmed", "reported_at", "id"),
        Index("ix_cases_region_state", region, state),
        Index("ix_cases_reporter", reporter),
    )


class PartyRow(Base):
    """Somebody in the quarrel of a case."""

    __tablename__ = "case_parties"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    side: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    represented: Mapped[str | None] = mapped_column(Encrypted("case_parties.represented"))


class CaseWordRow(Base):
    """A blinded pair of neighbouring characters that a case holds, for the search."""

    __tablename__ = "case_words"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class EventRow(Base):
    """One line of the history; the database itself refuses to change or remove it."""

    __tablename__ = "events"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    subject: Mapped[str] = mapped_column(Text, index=True)
    case_id: Mapped[str] = mapped_column(Text, index=True)
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    detail: Mapped[str] = mapped_column(SealedText("events.detail"))  #: may hold what was told


class NumberRow(Base):
    """How far the labels of a year have been counted."""

    __tablename__ = "numbers"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(Integer)
