"""The table of daily-life matters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Encrypted, UtcInstant, Versioned


class MatterRow(Versioned):
    """A matter; what was told, answered and said of it is sealed in ``body``."""

    __tablename__ = "matters"

    number: Mapped[str] = mapped_column(Text, unique=True)
    reporter: Mapped[str] = mapped_column(Text, index=True)
    region: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime] = mapped_column(UtcInstant)
    reply_by: Mapped[datetime] = mapped_column(UtcInstant)
    body: Mapped[str] = mapped_column(Encrypted("matters.body"))

    __table_args__ = (Index("ix_matters_listed", state, reply_by, "id"),)
