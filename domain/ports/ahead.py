"""Where what is still to be done is kept: deadlines, notices, jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.deadlines import Due, DueKind
from domain.ids import CaseId, DueId, PersonId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What the platform says became of a message."""

    fate: str  #: a :class:`~domain.happenings.Fate`
    status: str  #: its own word


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

    async def of_person(self, person_id: PersonId) -> Sequence[Notice]:
        """Return what somebody was told, newest first."""
        ...

    async def count_of_person(self, person_id: PersonId) -> int:
        """Count what somebody was told."""
        ...

    async def drop_of_person(self, person_id: PersonId, *, before: datetime) -> None:
        """Delete what somebody was told before the moment, cases aside."""
        ...

    async def drop_of_matter(self, person_id: PersonId, number: str) -> None:
        """Delete what somebody was told of their daily-life matter with this number."""
        ...

    async def unknown(self) -> Sequence[Notice]:
        """Return the notices whose outcome can't be known."""
        ...

    async def waiting_for_a_way(self) -> Sequence[Notice]:
        """Return the notices that go out with the next way that opens."""
        ...

    async def held_for(self, person_id: PersonId) -> Sequence[Notice]:
        """Return what waits for this person's next way, newest first."""
        ...

    async def list_of(self, person_id: PersonId, *, limit: int, after: str) -> Sequence[Notice]:
        """Return a person's messages (我的消息), newest first, after the one with this id."""
        ...

    async def unread(self, person_id: PersonId) -> int:
        """Count what a person has not seen yet."""
        ...

    async def see(self, person_id: PersonId, until: str, *, at: datetime) -> None:
        """Note that a person saw this message and those before it."""
        ...

    async def by_platform_id(self, platform_id: str) -> Notice | None:
        """Return what the platform knows by this name."""
        ...

    async def keep_report(self, platform_id: str, report: DeliveryReport, *, at: datetime) -> None:
        """Keep what the platform told of a message before we knew it; the first word stands."""
        ...

    async def report_of(self, platform_id: str) -> DeliveryReport | None:
        """Return what the platform told already of a message."""
        ...


class Jobs(Protocol):
    """The work that follows a change."""

    async def add(self, job: Job, *, key: str = "") -> None:
        """Keep the job with this transaction; a worker does it after the commit.

        ``key`` makes it unique: a second job with the same key is the same job.
        """
        ...
