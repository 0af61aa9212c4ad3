"""Tables of the meetings and of what was recorded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Float, Integer, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, UtcInstant, Versioned


class MeetingRow(Versioned):
    """A meeting; ``attendees`` is JSON of ids, seats and consents, ``asides`` of talks apart.

    ``companions`` is JSON of those at somebody's device.  ``worker`` is the media worker that has
    its room, ``epoch`` counts how often it was given one.
    """

    __tablename__ = "meetings"

    case_id: Mapped[str] = mapped_column(Text, index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcInstant)
    attendees: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    recording: Mapped[bool] = mapped_column(Boolean)
    recording_wanted: Mapped[bool] = mapped_column(Boolean, server_default=false())
    locked: Mapped[bool] = mapped_column(Boolean, server_default=false())
    worker: Mapped[str] = mapped_column(Text, server_default="")
    epoch: Mapped[int] = mapped_column(Integer, server_default="0")
    begun_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    paused: Mapped[bool] = mapped_column(Boolean, server_default=false())
    asides: Mapped[str] = mapped_column(Text, server_default="[]")
    companions: Mapped[str | None] = mapped_column(Encrypted("meetings.companions"))


class MontageRow(Base):
    """The film of one recording in which everybody is seen side by side."""

    __tablename__ = "montages"

    recording: Mapped[str] = mapped_column(Text, primary_key=True)
    meeting_id: Mapped[str] = mapped_column(Text)
    made_of: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(Integer)
    parts: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[float] = mapped_column(Float)
    ready: Mapped[bool] = mapped_column(Boolean)
    empty: Mapped[bool] = mapped_column(Boolean)


class SegmentRow(Base):
    """One contiguous stretch of one participant's recording."""

    __tablename__ = "segments"

    meeting_id: Mapped[str] = mapped_column(Text, primary_key=True)
    participant: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    started: Mapped[datetime] = mapped_column(UtcInstant)
    seconds: Mapped[float] = mapped_column(Float)
    journal: Mapped[str] = mapped_column(Text)
    playback: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    closed: Mapped[bool] = mapped_column(Boolean)
    gap_before: Mapped[float] = mapped_column(Float)
    lost: Mapped[float] = mapped_column(Float)
    ended: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
