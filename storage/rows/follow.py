"""Tables of what follows: deadlines, notices, ratings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, UtcInstant, Versioned, Words


class DueRow(Base):
    """A deadline; ``taken`` once a worker has claimed it."""

    __tablename__ = "dues"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, index=True)
    due_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(Integer)
    taken: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_dues_taken_due_at", taken, due_at),)


class NoticeRow(Versioned):
    """What somebody is told; the facts hold names and invitations, so they are sealed."""

    __tablename__ = "notices"

    kind: Mapped[str] = mapped_column(Text)
    case_id: Mapped[str | None] = mapped_column(Text, index=True)
    to_person: Mapped[str | None] = mapped_column(Text)
    to_staff: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Encrypted("notices.facts"))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    state: Mapped[str] = mapped_column(Text, index=True)
    way: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    tried: Mapped[tuple[str, ...]] = mapped_column(Words)
    platform_id: Mapped[str] = mapped_column(Text, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __table_args__ = (Index("ix_notices_to_person_made_at", to_person, made_at),)


class DeliveryReportRow(Base):
    """What the platform told of a message before we knew that it was ours."""

    __tablename__ = "delivery_reports"

    platform_id: Mapped[str] = mapped_column(Text, primary_key=True)
    fate: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcInstant, index=True)


class RatingRow(Base):
    """How one party rated the service in one case."""

    __tablename__ = "ratings"

    case_id: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(Text, primary_key=True)
    stars: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Encrypted("ratings.words"))
    at: Mapped[datetime] = mapped_column(UtcInstant)
