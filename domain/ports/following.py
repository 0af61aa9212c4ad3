"""Where promises, ratings and the parties' questions are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.codes import Rating
from domain.history import Event
from domain.ids import CaseId, ObligationId, QuestionId
from domain.obligations import Obligation
from domain.questions import Question


class Obligations(Protocol):
    """The promises."""

    async def add(self, obligation: Obligation, *events: Event) -> None:
        """Keep a new promise."""
        ...

    async def get(self, obligation_id: ObligationId) -> Obligation:
        """Return it."""
        ...

    async def save(self, obligation: Obligation, *events: Event) -> None:
        """Keep the changed promise."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Obligation]:
        """Return the case's promises in the order of the clauses."""
        ...


class Questions(Protocol):
    """What the parties ask about their cases."""

    async def add(self, question: Question, *events: Event) -> None:
        """Keep a new question."""
        ...

    async def get(self, question_id: QuestionId) -> Question:
        """Return it."""
        ...

    async def save(self, question: Question, *events: Event) -> None:
        """Keep the answered question."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Question]:
        """Return the case's questions, the oldest first."""
        ...


class Ratings(Protocol):
    """How the parties rate the service."""

    async def add(self, rating: Rating) -> None:
        """Keep a rating; one per case and person, else AlreadyRated."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Rating]:
        """Return the case's ratings."""
        ...
