"""Where what is still to be done is kept: deadlines, notices, jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.deadlines import Due, DueKind
from domain.ids import CaseId, DueId
from domain.jobs import Job
from domain.notices import Notice


class Dues(Protocol):
    """The deadlines."""

    async def add(self, due: Due) -> None:
        """Keep a deadline."""
        ...

    async def get(self, due_id: DueId) -> Due:
        """Return it."""
        ...

    async def drop(self, kind: DueKind, subject: str) -> None:
        """Take back the open deadlines of this kind for this subject."""
        ...

    async def claim(self, now: datetime, *, limit: int = 20) -> Sequence[Due]:
        """Mark rows due by ``now`` as taken, by compare-and-set, and return those we took."""
        ...

    async def of_subjects(self, subjects: Sequence[str]) -> Sequence[Due]:
        """Return the open deadlines of these subjects, soonest first."""
        ...


class Notices(Protocol):
    """What people are told, and what is known of its delivery."""

    async def add(self, notice: Notice) -> None:
        """Keep a notice to be sent."""
        ...

    async def get(self, notice_id: str) -> Notice:
        """Return it."""
        ...

    async def save(self, notice: Notice) -> None:
        """Keep the changed notice."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Notice]:
        """Return the case's notices, newest first."""
        ...

    async def unknown(self) -> Sequence[Notice]:
        """Return the notices whose outcome can't be known."""
        ...


class Jobs(Protocol):
    """The work that follows a change."""

    async def add(self, job: Job, *, key: str = "") -> None:
        """Keep the job with this transaction; a worker does it after the commit.

        ``key`` makes it unique: a second job with the same key is the same job.
        """
        ...
