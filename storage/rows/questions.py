"""The table of the parties' questions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Encrypted, UtcInstant, Versioned


class QuestionRow(Versioned):
    """What a party asked about a case, and what they were answered."""

    __tablename__ = "questions"

    case_id: Mapped[str] = mapped_column(Text, index=True)
    asked_by: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Encrypted("questions.text"))
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    state: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Encrypted("questions.answer"))
    answered_by: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcInstant)
