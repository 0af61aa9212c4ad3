"""Tables of subscriptions of warnings and of guards of families."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, UtcInstant, Versioned


class WarningRow(Base):
    """Somebody's choice about a topic of warnings."""

    __tablename__ = "warning_subscriptions"

    person_id: Mapped[str] = mapped_column(Text, primary_key=True)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    consent: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class GuardRow(Versioned):
    """One person of a family looks after another; ``code_hash`` finds an open invitation."""

    __tablename__ = "guards"

    guarded_person: Mapped[str] = mapped_column(Text, index=True)
    guardian_person: Mapped[str | None] = mapped_column(Text, index=True)
    code_hash: Mapped[str | None] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Encrypted("guards.body"))
