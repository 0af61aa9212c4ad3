"""A text that somebody asked us to look at, and what they were told."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from domain.actors import Staff
from domain.errors import IllegalMove
from domain.fraud import Verdict
from domain.ids import PersonId


class CheckState(enum.StrEnum):
    """Where an asked text stands."""

    ANSWERED = "answered"  #: the machine said what it looks like
    WAITING = "waiting"  #: a human has to look
    REVIEWED = "reviewed"  #: a human has said what it is


class Review(enum.StrEnum):
    """What a human says of a text."""

    FRAUD = "fraud"
    HARMLESS = "harmless"
    DOUBTFUL = "doubtful"  #: cannot be told from the text: ask by another way


MOVES: Mapping[CheckState, frozenset[CheckState]] = MappingProxyType(
    {
        CheckState.ANSWERED: frozenset({CheckState.REVIEWED}),
        CheckState.WAITING: frozenset({CheckState.REVIEWED}),
        CheckState.REVIEWED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One person's question about one text."""

    id: str
    person_id: PersonId
    text: str
    fingerprint: str
    asked_at: datetime
    verdict: Verdict
    script: str
    words: tuple[str, ...]
    state: CheckState
    review: Review | None = None
    remark: str = ""
    reviewer: str = ""  #: name
    version: int = 0

    def reviewed(self, review: Review, remark: str, *, by: Staff) -> Check:
        """Put down what a human says; what was said once stays."""
        if CheckState.REVIEWED not in MOVES[self.state]:
            raise IllegalMove(f"check {self.id} is reviewed")
        return replace(
            self, state=CheckState.REVIEWED, review=review, remark=remark, reviewer=by.name
        )
