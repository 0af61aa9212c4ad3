"""The questions of the parties in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from domain.history import Event
from domain.ids import CaseId, PersonId, QuestionId, StaffId
from domain.questions import Question, QuestionState
from storage.history import keep_events
from storage.rows.questions import QuestionRow
from storage.transaction import Transaction


class SqlQuestions:
    """The questions; what was asked and answered is sealed."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, question: Question, *events: Event) -> None:
        """Keep a new question."""
        values = {"version": question.version, **_values(question)}
        await self._tx.run(self._tx.insert(QuestionRow).values(id=question.id, **values))
        await keep_events(self._tx, events)

    async def get(self, question_id: QuestionId) -> Question:
        """Return it."""
        wanted = select(QuestionRow).where(QuestionRow.id == question_id)
        return _question(await self._tx.one(wanted))

    async def save(self, question: Question, *events: Event) -> None:
        """Keep the answered question."""
        await self._tx.swap(QuestionRow, question.id, question.version, **_values(question))
        await keep_events(self._tx, events)

    async def of_case(self, case_id: CaseId) -> Sequence[Question]:
        """Return the case's questions, the oldest first."""
        own = select(QuestionRow).where(QuestionRow.case_id == case_id)
        rows = await self._tx.all(own.order_by(QuestionRow.asked_at, QuestionRow.id))
        return [_question(row) for row in rows]


def _values(question: Question) -> dict[str, Any]:
    return {
        "case_id": question.case_id,
        "asked_by": question.asked_by,
        "text": question.text,
        "asked_at": question.asked_at,
        "state": question.state,
        "answer": question.answer,
        "answered_by": question.answered_by,
        "answered_at": question.answered_at,
    }


def _question(row: QuestionRow) -> Question:
    return Question(
        id=QuestionId(row.id),
        case_id=CaseId(row.case_id),
        asked_by=PersonId(row.asked_by),
        text=row.text,
        asked_at=row.asked_at,
        state=QuestionState(row.state),
        answer=row.answer,
        answered_by=StaffId(row.answered_by) if row.answered_by else None,
        answered_at=row.answered_at,
        version=row.version,
    )
