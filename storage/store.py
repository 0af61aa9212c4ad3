"""The ledger on SQLAlchemy: transactions and their repositories."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from domain.jobs import Job
from domain.ports.agreements import Agreements
from domain.ports.ahead import Dues, Jobs, Notices
from domain.ports.cases import Areas, Cases, Cells
from domain.ports.checks import Checks
from domain.ports.doors import Logins, Tokens
from domain.ports.following import Obligations, Questions, Ratings
from domain.ports.guarding import Guarding
from domain.ports.handovers import HandOvers
from domain.ports.matters import Matters
from domain.ports.meetings import Meetings
from domain.ports.people import People, StaffList
from domain.ports.platform import ContentHints, Platform, Subscriptions, Windows
from domain.ports.privacy import Privacy
from domain.ports.store import Work
from domain.ports.talks import Inbox, Media, Talks
from storage.agreements import SqlAgreements
from storage.areas import SqlAreas
from storage.cases import SqlCases
from storage.cells import SqlCells
from storage.checks import SqlChecks
from storage.columns import hand_keys
from storage.dues import SqlDues
from storage.engines import reading_engine, straight_engine, writing_engine
from storage.guarding import SqlGuarding
from storage.handovers import SqlHandOvers
from storage.inbox import SqlInbox
from storage.jobs import FailedJob, JobDesk, SqlJobs
from storage.keys import Keys
from storage.logins import SqlLogins
from storage.matters import SqlMatters
from storage.media import SqlMedia
from storage.meetings import SqlMeetings
from storage.migrate import check
from storage.notices import SqlNotices
from storage.obligations import SqlObligations
from storage.people import SqlPeople
from storage.platform import SqlContentHints, SqlPlatform
from storage.privacy import SqlPrivacy
from storage.questions import SqlQuestions
from storage.ratings import SqlRatings
from storage.staff import SqlStaff
from storage.straight import StraightWriter
from storage.talks import SqlTalks
from storage.tokens import SqlTokens
from storage.transaction import Transaction
from storage.windows import SqlSubscriptions, SqlWindows

T = TypeVar("T")


class SqlWork:
    """One transaction and what can be done in it."""

    def __init__(self, tx: Transaction, desk: JobDesk | None) -> None:
        self.cases: Cases = SqlCases(tx)
        self.people: People = SqlPeople(tx)
        self.staff: StaffList = SqlStaff(tx)
        self.cells: Cells = SqlCells(tx)
        self.areas: Areas = SqlAreas(tx)
        self.meetings: Meetings = SqlMeetings(tx)
        self.agreements: Agreements = SqlAgreements(tx)
        self.obligations: Obligations = SqlObligations(tx)
        self.dues: Dues = SqlDues(tx)
        self.notices: Notices = SqlNotices(tx)
        self.tokens: Tokens = SqlTokens(tx)
        self.logins: Logins = SqlLogins(tx)
        self.ratings: Ratings = SqlRatings(tx)
        self.questions: Questions = SqlQuestions(tx)
        self.inbox: Inbox = SqlInbox(tx)
        self.talks: Talks = SqlTalks(tx)
        self.media: Media = SqlMedia(tx)
        self.windows: Windows = SqlWindows(tx)
        self.subscriptions: Subscriptions = SqlSubscriptions(tx)
        self.platform: Platform = SqlPlatform(tx)
        self.hints: ContentHints = SqlContentHints(tx)
        self.privacy: Privacy = SqlPrivacy(tx)
        self.hand_overs: HandOvers = SqlHandOvers(tx)
        self.checks: Checks = SqlChecks(tx)
        self.guarding: Guarding = SqlGuarding(tx)
        self.matters: Matters = SqlMatters(tx)
        self.jobs: Jobs = SqlJobs(tx, desk)


class SqlStore:
    """The ledger of one process; of many processes each opens its own."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        straight: StraightWriter,
        keys: Keys,
        desk: JobDesk | None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._straight = straight
        self._keys = keys
        self._desk = desk
        one_at_a_time = writer.dialect.name == "sqlite"
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if one_at_a_time else nullcontext()
        )

    @classmethod
    async def open(cls, url: str, keys: Keys, *, jobs: bool = True) -> SqlStore:
        """Open the ledger; raises NewerSchema or OlderSchema if it does not fit the program.

        Without ``jobs`` (tools that only look or import) no job can be added.
        """
        await asyncio.to_thread(check, url)
        writer = writing_engine(url)
        reader = reading_engine(url, writer)
        straight = straight_engine(url)
        for engine in (writer.sync_engine, reader.sync_engine, straight):
            hand_keys(engine, keys)
        desk = JobDesk(url) if jobs else None
        return cls(writer, reader, StraightWriter(straight), keys, desk)

    async def close(self) -> None:
        """Give every connection back."""
        await self._reader.dispose()
        await self._writer.dispose()
        await self._straight.close()
        if self._desk is not None:
            self._desk.close()

    async def waiting_jobs(self) -> Sequence[Job]:
        """Return the jobs that are not done yet, oldest first."""
        return await asyncio.to_thread(self._desk.waiting) if self._desk else ()

    async def failed_jobs(self) -> Sequence[FailedJob]:
        """Return the jobs that were given up, newest first."""
        return await asyncio.to_thread(self._desk.failed) if self._desk else ()

    async def retry_job(self, key: str) -> None:
        """Hand a job that was given up in again, now."""
        if self._desk is not None:
            await asyncio.to_thread(self._desk.retry, key)

    async def forget_job(self, key: str) -> None:
        """Strike off a job that was given up."""
        if self._desk is not None:
            await asyncio.to_thread(self._desk.forget, key)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        """Open a transaction that may write; writers of one SQLite process take turns."""
        async with self._turn, self._transaction(_session(self._writer)) as work:
            yield work

    async def together(self, deed: Callable[[Work], Awaitable[T]]) -> T:
        """Do it in one transaction that writes; it waits for nothing but its own statements."""
        async with self._turn:
            return await self._straight.write(partial(self._deed, deed))

    async def _deed(self, deed: Callable[[Work], Awaitable[T]], session: Session) -> T:
        async with self._transaction(session) as work:
            return await deed(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a transaction that only reads."""
        async with self._transaction(_session(self._reader)) as work:
            yield work

    @asynccontextmanager
    async def _transaction(self, session: AsyncSession | Session) -> AsyncIterator[Work]:
        tx = Transaction(session, self._keys)
        try:
            await tx.open()
            yield SqlWork(tx, self._desk)
            await tx.commit()
        finally:
            await tx.leave()


def _session(engine: AsyncEngine) -> AsyncSession:
    # Rows are looked at, never changed through the session: what is read is always fresh.
    options = {"populate_existing": True, "synchronize_session": False}
    return AsyncSession(engine, autoflush=False, expire_on_commit=False, execution_options=options)
