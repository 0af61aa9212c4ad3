"""A question of a party to the mediator, asked in the chat and answered there."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from domain.actors import Actor, Staff
from domain.errors import BadInput, IllegalMove
from domain.history import Event
from domain.ids import CaseId, PersonId, QuestionId, StaffId

LONGEST_QUESTION = 1000  #: characters, of an answer too


class QuestionState(enum.StrEnum):
    """Whether somebody has answered."""

    OPEN = "open"  #: 等回复
    ANSWERED = "answered"  #: 已回复


MOVES: Mapping[QuestionState, frozenset[QuestionState]] = MappingProxyType(
    {
        QuestionState.OPEN: frozenset({QuestionState.ANSWERED}),
        QuestionState.ANSWERED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one party asks about one case; the other side never sees it."""

    id: QuestionId
    case_id: CaseId
    asked_by: PersonId
    text: str
    asked_at: datetime
    state: QuestionState = QuestionState.OPEN
    answer: str = ""
    answered_by: StaffId | None = None
    answered_at: datetime | None = None
    version: int = 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.text.strip()) <= LONGEST_QUESTION:
            raise BadInput("text", "1 to 1000 characters")

    def asked(self, *, by: Actor) -> Event:
        """Note that it was asked."""
        return self._event("case.question-asked", by, self.asked_at)

    def reply(self, words: str, *, by: Staff, at: datetime) -> tuple[Question, Event]:
        """Answer it, once."""
        if not 1 <= len(words.strip()) <= LONGEST_QUESTION:
            raise BadInput("words", "1 to 1000 characters")
        if QuestionState.ANSWERED not in MOVES[self.state]:
            raise IllegalMove(f"question {self.id}: {self.state} -> {QuestionState.ANSWERED}")
        answered = replace(
            self,
            state=QuestionState.ANSWERED,
            answer=words.strip(),
            answered_by=by.id,
            answered_at=at,
        )
        return answered, self._event("case.question-answered", by, at)

    def _event(self, kind: str, by: Actor, at: datetime) -> Event:
        return Event(subject=self.id, case_id=self.case_id, kind=kind, by=by.ref, at=at)
