"""What an account of the centre must be: its names, roles and secrets."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection
from dataclasses import dataclass

from domain.actors import Role
from domain.errors import BadInput
from domain.taxonomy import DISPUTE_TYPES

LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")
LONGEST_NAME = 40
#: Length is what counts; rules of composition make people choose worse (NIST SP 800-63B, 5.1.1.2).
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
TOTP_SECRET = re.compile(r"[A-Z2-7]{32}")  #: 160 bits in base32 (RFC 4226, 4, R6)


class AccountState(enum.StrEnum):
    """Whether somebody may log in."""

    INVITED = "invited"  #: 待启用: the link is out; no password yet
    ACTIVE = "active"  #: 使用中
    ENDED = "ended"  #: 已停用


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Whom the administrator takes on, and as what."""

    login: str
    name: str
    phone: str
    region: str  #: code of the area they answer for, or empty for the whole centre
    roles: tuple[Role, ...]
    skills: tuple[str, ...] = ()
    seal_right: bool = False

    def __post_init__(self) -> None:
        check_login(self.login)
        check_name(self.name)
        check_roles(self.roles)
        if self.seal_right and Role.SUPERVISOR not in self.roles:
            raise BadInput("seal_right", "only a supervisor seals")
        check_skills(self.skills)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAccount:
    """As what somebody goes on: roles, area and skills."""

    region: str  #: code of the area they answer for, or empty for the whole centre
    roles: tuple[Role, ...]
    skills: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_roles(self.roles)
        check_skills(self.skills)


def check_login(login: str) -> None:
    """Raise BadInput for what is no log-in name."""
    if not LOGIN.fullmatch(login):
        raise BadInput("login", "3 to 32 small letters, digits, . _ -")


def check_name(name: str) -> None:
    """Raise BadInput for no name or one that no page has room for."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadInput("name", "1 to 40 characters")


def check_roles(roles: Collection[Role]) -> None:
    """Raise BadInput unless there is a role; who makes accounts never audits them (三权分立)."""
    if not roles or len(set(roles)) != len(roles):
        raise BadInput("roles", "at least one, each once")
    if {Role.ADMINISTRATOR, Role.AUDITOR} <= set(roles):
        raise BadInput("roles", "administrator and auditor are two people")


def check_skills(skills: Collection[str]) -> None:
    """Raise BadInput unless each is a type of dispute."""
    if not set(skills) <= set(DISPUTE_TYPES):
        raise BadInput("skills", "no type of dispute")


def check_password(password: str, *, login: str) -> None:
    """Raise BadInput for a password that is too short, or that is the log-in name again."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadInput("password", "12 to 256 characters")
    letters = set(password.lower())
    if login in password.lower() or len(letters) < 3:  # noqa: PLR2004  # aaaaaaaaaaaa, 121212121212
        raise BadInput("password", "guessed at once")


def check_totp_secret(secret: str) -> None:
    """Raise BadInput for what no page of ours gave out."""
    if not TOTP_SECRET.fullmatch(secret):
        raise BadInput("totp_secret", "not one of ours")
