"""The table of texts that people asked about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Encrypted, UtcInstant, Versioned


class CheckRow(Versioned):
    """A question about a text; the text is sealed, and found by a keyed index."""

    __tablename__ = "checks"

    person_id: Mapped[str] = mapped_column(Text, index=True)
    text_index: Mapped[str] = mapped_column(Text, index=True)
    state: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    body: Mapped[str] = mapped_column(Encrypted("checks.body"))

    __table_args__ = (Index("ix_checks_state_asked_at", state, asked_at),)
