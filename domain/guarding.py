"""Warnings that people subscribe to, and families that look after one another; both by consent."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.errors import Expired, IllegalMove
from domain.ids import PersonId

CODE_SPAN = timedelta(hours=24)
RARELY = timedelta(minutes=10)  #: a guardian is not told twice of the same within this


class Topic(enum.StrEnum):
    """What warnings of fraud are about."""

    ALL = "all"
    ELDERLY = "elderly"
    JOBS = "jobs"
    MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Somebody wants the warnings of a topic; ended ones are kept with their times."""

    person_id: PersonId
    topic: Topic
    consent: str  #: version of the words agreed to
    since: datetime
    ended_at: datetime | None = None


class Scope(enum.StrEnum):
    """What a guardian is told."""

    FRAUD = "fraud"  #: a text that the guarded person asked about looks like a fraud
    DANGER = "danger"  #: they told of self-harm, fire or rescue; violence is never told


class GuardSide(enum.StrEnum):
    """On which side of a guard somebody stands."""

    GUARDED = "guarded"
    GUARDIAN = "guardian"


class GuardState(enum.StrEnum):
    """Where a guard of the family stands."""

    INVITED = "invited"  #: a code was given; nobody has agreed yet
    ACTIVE = "active"  #: both sides agreed
    ENDED = "ended"


MOVES: Mapping[GuardState, frozenset[GuardState]] = MappingProxyType(
    {
        GuardState.INVITED: frozenset({GuardState.ACTIVE, GuardState.ENDED}),
        GuardState.ACTIVE: frozenset({GuardState.ENDED}),
        GuardState.ENDED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One person lets another of the family be told of what both agreed to."""

    id: str
    guarded: PersonId
    guardian: PersonId | None = None
    code_hash: str = ""
    state: GuardState = GuardState.INVITED
    scopes: tuple[Scope, ...]
    consent: str  #: version of the words both agreed to
    asked_at: datetime
    agreed_at: datetime | None = None
    ended_at: datetime | None = None
    told_at: Mapping[Scope, datetime]  #: when the guardian was last told of each
    version: int = 0

    def agree(self, guardian: PersonId, *, at: datetime) -> Guard:
        """Let the guardian agree, by a code that is not old and not their own."""
        if guardian == self.guarded:
            raise IllegalMove("nobody guards themselves")
        if at - self.asked_at > CODE_SPAN:
            raise Expired(self.id)
        return replace(self._to(GuardState.ACTIVE), guardian=guardian, agreed_at=at, code_hash="")

    def side_of(self, person: PersonId) -> GuardSide:
        """Say on which side somebody stands who is in it."""
        return GuardSide.GUARDED if person == self.guarded else GuardSide.GUARDIAN

    def end(self, *, at: datetime) -> Guard:
        """Let either side end it."""
        return replace(self._to(GuardState.ENDED), ended_at=at, code_hash="")

    def tells(self, scope: Scope, *, at: datetime) -> bool:
        """Is the guardian to be told of this now?"""
        last = self.told_at.get(scope)
        rested = last is None or at - last >= RARELY
        return self.state is GuardState.ACTIVE and scope in self.scopes and rested

    def telling(self, scope: Scope, *, at: datetime) -> Guard:
        """Note that the guardian is told."""
        return replace(self, told_at={**self.told_at, scope: at})

    def _to(self, state: GuardState) -> Guard:
        if state not in MOVES[self.state]:
            raise IllegalMove(f"guard {self.id}: {self.state} -> {state}")
        return replace(self, state=state)
