"""Residents and staff: who they are, never how they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.actors import Role, Staff
from domain.ids import PersonId, StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A resident as the centre knows them; name and phone are kept encrypted."""

    id: PersonId
    name: str = ""
    phone: str = ""  #: E.164, empty if unknown
    gender: str = ""
    address: str = ""
    born: date | None = None  #: as declared; None if nobody said
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatIdentity:
    """One account of one person with one of our WeChat apps."""

    appid: str
    openid: str
    person_id: PersonId
    following: bool = True
    unionid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody of the centre with a log-in."""

    id: StaffId
    login: str
    name: str
    phone: str
    region: str
    roles: tuple[Role, ...]
    password: str = field(repr=False)  #: Argon2id, PHC string
    totp_secret: str = field(repr=False)  #: base32
    seal_right: bool = False
    active: bool = True
    skills: tuple[str, ...] = ()  #: dispute type codes a mediator is good at
    person_id: PersonId | None = None  #: whose WeChat account is theirs
    version: int = 0

    def acting_as(self, role: Role) -> Staff:
        """This person in one of their roles, as a session acts."""
        if role not in self.roles:
            raise ValueError(role)
        return Staff(
            id=self.id, name=self.name, role=role, region=self.region, seal_right=self.seal_right
        )
