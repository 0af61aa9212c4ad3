"""A grid worker reports for a resident who can't or won't write themselves (代办)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from domain.errors import BadInput

LONGEST_NAME = 50


class HowAgreed(enum.StrEnum):
    """How the resident said that this may be reported for them."""

    IN_PERSON = "in-person"  #: 当面同意
    BY_PHONE = "by-phone"  #: 电话里同意
    IN_WRITING = "in-writing"  #: 写了委托书


@dataclass(frozen=True, slots=True, kw_only=True)
class Helped:
    """Whom somebody of the centre reports for, as they told it."""

    name: str
    phone: str  #: as typed; empty if they have none
    agreed: HowAgreed

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= LONGEST_NAME:
            raise BadInput("name", "1 to 50 characters")
