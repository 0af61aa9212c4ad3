"""In what capacity somebody signs: for themselves, or for a party by law or by mandate."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from domain.actors import ActorRef
from domain.errors import BadInput, UnderAge

OF_AGE = 18  #: 民法典 17
OLDEST = 130


class Capacity(enum.StrEnum):
    """As what the hand that signs belongs to the party."""

    SELF = "self"  #: 本人
    GUARDIAN = "guardian"  #: 法定代理人 (民法典 19, 20, 23)
    HEAD = "head"  #: 法定代表人 of a legal entity (民法典 61)
    AGENT = "agent"  #: 委托代理人, by a written mandate (民法典 165)


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """Who signs for a party, as what, and the document that says so."""

    capacity: Capacity
    name: str  #: of who signs
    proof_sha256: str  #: of the mandate, or of what proves guardianship or office
    recorded_by: ActorRef
    recorded_at: datetime

    def __post_init__(self) -> None:
        if self.capacity is Capacity.SELF:
            raise BadInput("capacity", "nobody represents themselves")


def age_on(day: date, born: date) -> int:
    """Count full years; whoever has their eighteenth birthday is 十八周岁 (民法典 17, 1259)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_born(born: date, *, today: date) -> None:
    """Refuse a day on which nobody alive was born: a slip of the pen."""
    if born > today or age_on(today, born) > OLDEST:
        raise BadInput("born", "a day of the last 130 years")


def check_of_age(who: str, born: date | None, capacity: Capacity, *, on: date) -> None:
    """Refuse a minor who would sign alone, or by an agent of their own choice (民法典 19)."""
    if born is None or age_on(on, born) >= OF_AGE or capacity is Capacity.GUARDIAN:
        return
    raise UnderAge(who)
