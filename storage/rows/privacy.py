"""Tables of requests about one's own data; they hold none of that data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import UtcInstant, Versioned, Words


class ErasureRow(Versioned):
    """A request to delete, and what became of it; ``left`` pairs what stays with why."""

    __tablename__ = "erasures"

    person_id: Mapped[str] = mapped_column(Text, index=True)
    cause: Mapped[str] = mapped_column(Text)
    codes: Mapped[tuple[str, ...]] = mapped_column(Words)
    wanted: Mapped[tuple[str, ...]] = mapped_column(Words)
    left: Mapped[tuple[str, ...] | None] = mapped_column(Words)
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class CopyRow(Versioned):
    """A copy of somebody's data, to be fetched once."""

    __tablename__ = "copies"

    person_id: Mapped[str] = mapped_column(Text, index=True)
    state: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    ends_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    sha256: Mapped[str] = mapped_column(Text)
