"""How the installation itself fares: its processes, and the work that nobody could do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.jobs import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLife:
    """One process of this host."""

    name: str  #: ``web``, ``worker-w0``, ``media-0`` ...
    alive: bool
    restarts: int  #: how often it was started again
    since: datetime  #: start or death, by the machine's clock
    ended: str  #: how it ended the last time, such as ``SIGKILL``; empty if it never did


Processes = Callable[[], Sequence[ProcessLife]]


class FailedJob(Protocol):
    """A job that was given up, and the class of the error that ended it."""

    @property
    def key(self) -> str:
        """Its name in the queue; may hold an id of the other side, so it is shown to nobody."""
        ...

    @property
    def job(self) -> Job:
        """What was to be done."""
        ...

    @property
    def why(self) -> str:
        """The class of the error."""
        ...

    @property
    def since(self) -> datetime:
        """When, by the machine's clock."""
        ...

    @property
    def comes_back(self) -> bool:
        """Is it taken up again by itself?"""
        ...


class FailedJobs(Protocol):
    """The jobs that were given up."""

    async def failed_jobs(self) -> Sequence[FailedJob]:
        """Return them, newest first."""
        ...

    async def retry_job(self, key: str) -> None:
        """Hand it in once more, now; nothing happens if it is no longer there."""
        ...

    async def forget_job(self, key: str) -> None:
        """Strike it off: nobody needs it done any more."""
        ...
