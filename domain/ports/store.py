"""The kept ledger: transactions and repositories, in the words of the trade.

Every ``get`` raises :class:`~domain.errors.NotFound` for what is missing or outside the scope;
every ``save`` raises :class:`~domain.errors.Stale` if somebody else saved since it was loaded,
keeps the events with the change, and stores ``version + 1``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

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
from domain.ports.talks import Inbox, Media, Talks

T = TypeVar("T")


class Work(Protocol):
    """One transaction: committed when its block ends well, else rolled back."""

    cases: Cases
    people: People
    staff: StaffList
    cells: Cells
    areas: Areas
    meetings: Meetings
    agreements: Agreements
    obligations: Obligations
    dues: Dues
    notices: Notices
    tokens: Tokens
    logins: Logins
    ratings: Ratings
    questions: Questions
    inbox: Inbox
    talks: Talks
    media: Media
    windows: Windows
    subscriptions: Subscriptions
    platform: Platform
    hints: ContentHints
    privacy: Privacy
    hand_overs: HandOvers
    checks: Checks
    guarding: Guarding
    matters: Matters
    jobs: Jobs


class Store(Protocol):
    """Opens transactions."""

    def begin(self) -> AbstractAsyncContextManager[Work]:
        """Open a transaction that may write; keep it short."""
        ...

    async def together(self, deed: Callable[[Work], Awaitable[T]]) -> T:
        """Do it in one transaction that writes; it waits for nothing but its own statements.

        It may run on another thread: all it shares with the rest of the process is what it was
        given, and nobody else looks at that meanwhile.
        """
        ...

    def read(self) -> AbstractAsyncContextManager[Work]:
        """Open a transaction that only reads."""
        ...
