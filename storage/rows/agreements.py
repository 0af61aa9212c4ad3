"""Tables of the agreements, their evidence, their revisions and their promises."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, UtcInstant, Versioned


class AgreementRow(Versioned):
    """An agreement in whatever stage; the sealed body is the JSON of the stage's type."""

    __tablename__ = "agreements"

    case_id: Mapped[str] = mapped_column(Text, index=True)
    edition: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Encrypted("agreements.body"))


class EvidenceRow(Base):
    """What proves one signature."""

    __tablename__ = "signature_evidence"

    agreement_id: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    record: Mapped[str] = mapped_column(Encrypted("signature_evidence.record"))
    sha256: Mapped[str] = mapped_column(Text)
    strokes: Mapped[str] = mapped_column(Encrypted("signature_evidence.strokes"))


class RevisionRow(Base):
    """A revision of a paper that exists, for ever."""

    __tablename__ = "revisions"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(Text, index=True)
    at: Mapped[datetime] = mapped_column(UtcInstant)


class ObligationRow(Versioned):
    """One promise of one agreement."""

    __tablename__ = "obligations"

    agreement_id: Mapped[str] = mapped_column(Text)
    case_id: Mapped[str] = mapped_column(Text, index=True)
    clause: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Encrypted("obligations.text"))
    debtor: Mapped[str] = mapped_column(Text)
    creditor: Mapped[str | None] = mapped_column(Text)
    due: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Text)
