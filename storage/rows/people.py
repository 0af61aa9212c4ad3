"""Tables of the residents, the people of the centre, and the grid cells."""

from __future__ import annotations

from sqlalchemy import Boolean, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Encrypted, Versioned, Words


class PersonRow(Versioned):
    """A resident; the number is found through its blind index."""

    __tablename__ = "people"

    name: Mapped[str] = mapped_column(Encrypted("people.name"))
    phone: Mapped[str] = mapped_column(Encrypted("people.phone"))
    address: Mapped[str] = mapped_column(Encrypted("people.address"))
    gender: Mapped[str] = mapped_column(Text)
    born: Mapped[str | None] = mapped_column(Encrypted("people.born"))
    phone_index: Mapped[str | None] = mapped_column(Text, index=True)
    merged_into: Mapped[str | None] = mapped_column(Text, index=True)  #: who they turned out to be


class IdentityRow(Base):
    """One WeChat account of one resident."""

    __tablename__ = "wechat_identities"

    appid: Mapped[str] = mapped_column(Text, primary_key=True)
    openid: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(Text, index=True)
    unionid: Mapped[str] = mapped_column(Text, index=True)
    following: Mapped[bool] = mapped_column(Boolean)


class StaffRow(Versioned):
    """Somebody of the centre; ``totp_step`` is the last time step that was used up."""

    __tablename__ = "staff"

    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Encrypted("staff.phone"))
    region: Mapped[str] = mapped_column(Text)
    roles: Mapped[tuple[str, ...]] = mapped_column(Words)
    password: Mapped[str] = mapped_column(Text)
    totp_secret: Mapped[str] = mapped_column(Encrypted("staff.totp_secret"))
    totp_step: Mapped[int] = mapped_column(Integer, default=0)
    seal_right: Mapped[bool] = mapped_column(Boolean)
    active: Mapped[bool] = mapped_column(Boolean)
    skills: Mapped[tuple[str, ...]] = mapped_column(Words)
    person_id: Mapped[str | None] = mapped_column(
        Text, index=True
    )  #: whose WeChat account is theirs


class CellRow(Base):
    """A grid cell; ``outline`` is a JSON list of points."""

    __tablename__ = "cells"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    words: Mapped[tuple[str, ...]] = mapped_column(Words)
    outline: Mapped[str] = mapped_column(Text)
    grid_worker: Mapped[str | None] = mapped_column(Text)
    mediators: Mapped[tuple[str, ...]] = mapped_column(Words)
