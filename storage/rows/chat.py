"""Tables of the talk with the bot: inbox, dialogues, leases, media, seen nonces."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Float, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, UtcInstant


class InboxRow(Base):
    """A message that came, once; ``reply`` is empty while it is pending.

    ``deed`` is what it lets us answer to (客服消息), empty if nothing.
    """

    __tablename__ = "inbox"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    appid: Mapped[str] = mapped_column(Text)
    openid: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcInstant)
    incoming: Mapped[str] = mapped_column(Encrypted("inbox.incoming"))
    reply: Mapped[str | None] = mapped_column(Encrypted("inbox.reply"))
    state: Mapped[str] = mapped_column(Text)
    late: Mapped[bool] = mapped_column(Boolean)
    delivered: Mapped[bool] = mapped_column(Boolean)
    deed: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_inbox_state_sent_at", state, sent_at),
        Index("ix_inbox_openid_sent_at", openid, sent_at),
    )


class TalkRow(Base):
    """What we remember of one person's dialogue."""

    __tablename__ = "talks"

    appid: Mapped[str] = mapped_column(Text, primary_key=True)
    openid: Mapped[str] = mapped_column(Text, primary_key=True)
    talk: Mapped[str] = mapped_column(Encrypted("talks.talk"))


class LeaseRow(Base):
    """Who works on a person's message; ``until`` is in seconds of the machine's clock."""

    __tablename__ = "leases"

    appid: Mapped[str] = mapped_column(Text, primary_key=True)
    openid: Mapped[str] = mapped_column(Text, primary_key=True)
    holder: Mapped[str] = mapped_column(Text)
    until: Mapped[float] = mapped_column(Float(53))


class NonceRow(Base):
    """Which message came first with this time stamp and nonce."""

    __tablename__ = "nonces"

    timestamp: Mapped[str] = mapped_column(Text, primary_key=True)
    nonce: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcInstant, index=True)


class MediumRow(Base):
    """A picture or voice a person sent; the copy of a voice is made from ``sha256``."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(Text, index=True)
    case_id: Mapped[str | None] = mapped_column(Text, index=True)
    kind: Mapped[str] = mapped_column(Text)
    appid: Mapped[str] = mapped_column(Text)
    platform_id: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcInstant)
    object_key: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    openid: Mapped[str | None] = mapped_column(Text)
    lost: Mapped[str | None] = mapped_column(Text)
    copy_key: Mapped[str | None] = mapped_column(Text)
    copy_sha256: Mapped[str | None] = mapped_column(Text)
    copy_seconds: Mapped[float | None] = mapped_column(Float(53))
    no_copy: Mapped[str | None] = mapped_column(Text)
    heard: Mapped[str | None] = mapped_column(Encrypted("media.heard"))
    hearing: Mapped[str | None] = mapped_column(Text)
    matter_id: Mapped[str | None] = mapped_column(Text)
