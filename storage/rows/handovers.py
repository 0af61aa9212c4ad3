"""The table of talks with humans."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Encrypted, UtcInstant, Versioned


class HandOverRow(Versioned):
    """A talk with a human; everything said is sealed in ``body``."""

    __tablename__ = "hand_overs"

    person_id: Mapped[str] = mapped_column(Text, index=True)
    region: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    body: Mapped[str] = mapped_column(Encrypted("hand_overs.body"))

    __table_args__ = (Index("ix_hand_overs_state_asked_at", state, asked_at),)
