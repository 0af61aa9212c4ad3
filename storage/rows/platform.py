"""Tables of what WeChat allows: reply windows, subscriptions, tokens, rests, its view of words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Float, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, UtcInstant


class ReplyWindowRow(Base):
    """How often an account may still be answered; ``held_since``: something waits for a deed.

    Moments of WeChat are whole seconds: ``held_deeds`` counts those of that second known by then.
    """

    __tablename__ = "reply_windows"

    appid: Mapped[str] = mapped_column(Text, primary_key=True)
    openid: Mapped[str] = mapped_column(Text, primary_key=True)
    long_left: Mapped[int] = mapped_column(Integer)
    long_ends_at: Mapped[datetime] = mapped_column(UtcInstant)
    brief_left: Mapped[int] = mapped_column(Integer)
    brief_ends_at: Mapped[datetime] = mapped_column(UtcInstant)
    held_since: Mapped[datetime | None] = mapped_column(UtcInstant, index=True)
    held_deeds: Mapped[int] = mapped_column(Integer)


class SubscriptionRow(Base):
    """What an account lets us send by one template."""

    __tablename__ = "subscriptions"

    appid: Mapped[str] = mapped_column(Text, primary_key=True)
    openid: Mapped[str] = mapped_column(Text, primary_key=True)
    template_id: Mapped[str] = mapped_column(Text, primary_key=True)
    long_term: Mapped[bool] = mapped_column(Boolean)
    by_phone: Mapped[int] = mapped_column(Integer)
    by_platform: Mapped[int] = mapped_column(Integer)
    spent: Mapped[int] = mapped_column(Integer)
    refused: Mapped[bool] = mapped_column(Boolean)
    last_tap: Mapped[str] = mapped_column(Text)


class PlatformTokenRow(Base):
    """An app's access token; ``renewing_until`` in seconds of the machine's clock."""

    __tablename__ = "platform_tokens"

    appid: Mapped[str] = mapped_column(Text, primary_key=True)
    token: Mapped[str | None] = mapped_column(Encrypted("platform_tokens.token"))
    ends_at: Mapped[datetime] = mapped_column(UtcInstant)
    generation: Mapped[int] = mapped_column(Integer)
    renewing_until: Mapped[float] = mapped_column(Float(53))


class PlatformRestRow(Base):
    """A call whose quota is used up until then."""

    __tablename__ = "platform_rests"

    appid: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(UtcInstant)


class ContentHintRow(Base):
    """What WeChat thinks of the words or of a picture of a report: a hint for staff."""

    __tablename__ = "content_hints"

    case_id: Mapped[str] = mapped_column(Text, primary_key=True)
    about: Mapped[str] = mapped_column(Text, primary_key=True)
    trace_id: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index("ix_content_hints_trace_id", trace_id),)
