"""Does the jobs: DBOS on the running loop, one worker per slot."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from dbos import DBOS
from sqlalchemy import Engine

from domain.jobs import Job
from storage.engines import is_sqlite, job_engine
from storage.jobs import APPLICATION, AWAY, LOOKS, PLAIN, WORKFLOW, JobDesk, read_job
from storage.migrate import JOB_SCHEMA
from storage.slots import SlotLock, take_slot

log = logging.getLogger(__name__)

Handler = Callable[[Any], Awaitable[None]]

#: Of the rows that jobs leave, not of the program: work queued before an update is done after it.
VERSION = "1"
MOST_CRASHES = 20  #: a job that ended its process so often is given up
LONGEST_WAIT = 30.0  #: seconds between two attempts
#: seconds; nobody notifies our jobs, but on SQLite DBOS sleeps so long before it ends
LISTENS = 0.1
FIRST_REST = timedelta(minutes=1)  #: then the rests double


class JobFailed(Exception):
    """A job was given up; its text is the class of the reason and nothing of its content."""


class JobWorker:
    """Runs each job with the handler of its kind, at least once, until it ends well.

    A handler that raises Unavailable or Stale is tried again, ``attempts`` times in all, after
    waits that double from ``first_wait`` seconds, and then leaves its place to others until
    :meth:`take_up`; any other error gives the job up at once and for good.
    """

    def __init__(
        self,
        url: str,
        slot: str,
        handlers: Mapping[type[Any], Handler],
        *,
        concurrency: int = 8,
        attempts: int = 8,
        first_wait: float = 0.5,
        looks: Mapping[str, float] = LOOKS,
    ) -> None:
        self._url = url
        self._slot = slot
        self._handlers = handlers
        self._concurrency = concurrency
        self._attempts = attempts
        self._first_wait = first_wait
        self._looks = looks
        self._running: set[asyncio.Task[Any]] = set()
        self._lock: SlotLock | None = None
        self._engine: Engine | None = None

    async def start(self) -> None:
        """Take the slot, finish what it left undone, and wait for work; raises SlotTaken."""
        self._lock = await asyncio.to_thread(take_slot, self._url, self._slot)
        _leave_logging_to_us()
        self._engine = job_engine(self._url)
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": self._url if not is_sqlite(self._url) else None,
                "system_database_engine": self._engine,
                "dbos_system_schema": JOB_SCHEMA,
                "application_version": VERSION,
                "executor_id": self._slot,
                "serializer": PLAIN,
                "max_executor_threads": 16,
                "notification_listener_polling_interval_sec": LISTENS,
                "enable_otlp": False,
                "log_level": "WARNING",
            }
        )

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_CRASHES)
        async def job(text: str) -> None:
            await self._do(text)

        # Before the launch: of a queue made known later DBOS learns a second later.
        await asyncio.to_thread(self._open_queues)
        DBOS.launch()

    async def stop(self, *, grace: int = 2) -> None:
        """Take no more work, let what runs end within the grace, and give the slot back.

        What is cut off stays in the queue and is done by the next worker of this slot.
        """
        if self._lock is None:
            return
        waits = grace if self._running else 0
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=waits
        )
        for task in self._running:
            task.cancel()
        # DBOS made its threads those of the loop, and has just ended them.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        if self._engine is not None:
            self._engine.dispose()
        self._lock.release()
        self._lock = None

    def holds_slot(self) -> bool:
        """Is the slot still ours? If not, end the process: another may have taken it."""
        return self._lock is not None and self._lock.held()

    async def purge(self, older_than: timedelta) -> int:
        """Forget jobs that were done longer ago than this; failed ones stay to be looked at."""
        desk = JobDesk(self._url)
        try:
            before = _machine_now() - older_than
            return await asyncio.to_thread(desk.forget_done, before=before)
        finally:
            desk.close()

    async def take_up(self, first_rest: timedelta = FIRST_REST) -> int:
        """Hand in again what was given up because the other side was away, and say how many."""
        desk = JobDesk(self._url)
        try:
            now = _machine_now()
            return await asyncio.to_thread(desk.take_up, at=now, first_rest=first_rest)
        finally:
            desk.close()

    def _open_queues(self) -> None:
        desk = JobDesk(self._url)
        try:
            desk.open_queues(self._looks, concurrency=self._concurrency)
        finally:
            desk.close()

    async def _do(self, text: str) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        try:
            await self._until_done(read_job(text))
        except Exception as error:
            log.exception("a job was given up")
            raise JobFailed(_why(error)) from None

    async def _until_done(self, job: Job) -> None:
        handler = self._handlers[type(job)]
        for wait in islice(_waits(self._first_wait), self._attempts - 1):
            with contextlib.suppress(*AWAY):
                return await handler(job)
            log.warning("%s is tried again in %.1f s", type(job).__name__, wait)
            await asyncio.sleep(wait)
        return await handler(job)


def _why(error: Exception) -> str:
    """Name its class; of what may be gone at the next try the one that says so."""
    return next((kind.__name__ for kind in AWAY if isinstance(error, kind)), type(error).__name__)


def _waits(first: float) -> Iterator[float]:
    wait = first
    while True:
        # A little chance, so that what failed together does not come back together.
        yield wait * random.uniform(0.8, 1.2)  # noqa: S311  # no secret
        wait = min(wait * 2, LONGEST_WAIT)


def _leave_logging_to_us() -> None:
    # Without any handler of its own DBOS would write to the terminal.
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _machine_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # rows of DBOS carry the machine's time
