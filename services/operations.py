"""How the installation fares, for whoever runs it: no cases, no names."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.access import Action, can
from domain.actors import Actor, ActorRef, Staff
from domain.errors import IllegalMove, NotFound
from domain.history import Event
from domain.ids import CaseId
from domain.jobs import AnswerLate, CheckContent, FetchPicture, SendNotice
from domain.notices import Way
from domain.platform import Rest
from domain.ports.outside import Clock
from domain.ports.running import FailedJob, FailedJobs, Processes, ProcessLife
from domain.ports.store import Store

#: What may be struck off: messages that came too late to matter. Of signatures and papers none.
DISPENSABLE = (SendNotice, AnswerLate, FetchPicture, CheckContent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A job that nobody could do."""

    id: str
    job: str  #: its kind, such as ``SendNotice``
    why: str  #: the class of the error
    since: datetime
    comes_back: bool  #: it is tried again by itself
    dispensable: bool  #: it may be struck off


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What broke, and what lives."""

    processes: tuple[ProcessLife, ...]
    troubles: tuple[Trouble, ...]
    unknown: Mapping[Way, int]  #: messages that nobody knows whether they arrived, by their way
    held: Mapping[str, int]  #: messages that wait for a way, by why
    rests: tuple[Rest, ...]  #: calls that WeChat takes no more for now


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsDesk:
    """The desk of whoever keeps the installation running."""

    store: Store
    clock: Clock
    jobs: FailedJobs
    processes: Processes

    async def overview(self, actor: Actor) -> Overview:
        """Show everything that needs somebody's eye."""
        _operator(actor)
        return await self.figures()

    async def figures(self) -> Overview:
        """The same for a program that only counts (``/metrics``)."""
        async with self.store.read() as work:
            unknown = Counter(one.way or Way.NONE for one in await work.notices.unknown())
            held = Counter(one.why for one in await work.notices.waiting_for_a_way())
            rests = tuple(await work.platform.rests(at=self.clock()))
        return Overview(
            processes=tuple(self.processes()),
            troubles=tuple(_trouble(one) for one in await self.jobs.failed_jobs()),
            unknown=unknown,
            held=held,
            rests=rests,
        )

    async def retry(self, actor: Actor, trouble_id: str) -> None:
        """Have a job done once more; every job may be done twice without harm."""
        operator = _operator(actor)
        found = await self._find(trouble_id)
        await self._note("job.retried", found, operator.ref)
        await self.jobs.retry_job(found.key)

    async def strike_off(self, actor: Actor, trouble_id: str) -> None:
        """Say that a message need not be brought any more; raises IllegalMove for other work."""
        operator = _operator(actor)
        found = await self._find(trouble_id)
        if not isinstance(found.job, DISPENSABLE):
            raise IllegalMove(f"{type(found.job).__name__} has to be done")
        await self._note("job.struck-off", found, operator.ref)
        await self.jobs.forget_job(found.key)

    async def history(self, actor: Actor) -> Sequence[Event]:
        """Tell what was decided about such jobs, the newest first."""
        _operator(actor)
        async with self.store.read() as work:
            events = await work.cases.history(CaseId(""))
        return [one for one in reversed(events) if one.kind.startswith("job.")]

    async def _find(self, trouble_id: str) -> FailedJob:
        for one in await self.jobs.failed_jobs():
            if _id(one) == trouble_id:
                return one
        raise NotFound(trouble_id)

    async def _note(self, kind: str, failed: FailedJob, by: ActorRef) -> None:
        detail = {"job": type(failed.job).__name__, "why": failed.why}
        about, now = _id(failed), self.clock()
        async with self.store.begin() as work:
            event = Event(subject=about, case_id="", kind=kind, by=by, at=now, detail=detail)
            await work.cases.note(event)


def _operator(actor: Actor) -> Staff:
    """Whoever may look after the installation; for anybody else there is no such page."""
    if not isinstance(actor, Staff) or not can(actor, Action.OPERATE).allow:
        raise NotFound("operations")
    return actor


def _trouble(failed: FailedJob) -> Trouble:
    return Trouble(
        id=_id(failed),
        job=type(failed.job).__name__,
        why=failed.why,
        since=failed.since,
        comes_back=failed.comes_back,
        dispensable=isinstance(failed.job, DISPENSABLE),
    )


def _id(failed: FailedJob) -> str:
    # The key itself may hold somebody's id at WeChat, which belongs in no address.
    return hashlib.sha256(failed.key.encode()).hexdigest()[:26]
