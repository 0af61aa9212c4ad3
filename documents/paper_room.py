"""The paper room: everything slow about papers happens in processes of its own.

This process only hands the jobs over; :mod:`documents.paper_jobs` and the libraries behind it are
loaded where they are done.
"""

from __future__ import annotations

import asyncio
import copyreg
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from multiprocessing.connection import wait
from pathlib import Path
from typing import Generic, ParamSpec, Self, TypeVar

from typing_extensions import override

from documents.bounds import LARGEST_FILE, hush
from documents.paper_place import Place
from documents.verdicts import verdict_of
from domain.errors import BadInput, NoGlyph, Unavailable
from domain.ports.papers import (
    AgreementSheet,
    Papers,
    Registered,
    Revision,
    SealRequest,
    Signed,
    SignRequest,
    Verdict,
)

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_JOB = 60.0  #: seconds; a job that takes longer is ended with its process

# These errors take other arguments than they hand to Exception, which pickling has to be told.
copyreg.pickle(NoGlyph, lambda error: (NoGlyph, (error.character,)))
copyreg.pickle(BadInput, lambda error: (BadInput, (error.field, error.why)))


@dataclass(frozen=True)
class Job(Generic[P, T]):
    """A function of :mod:`documents.paper_jobs` by its name, which is all that is handed over."""

    name: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the job, in the paper process."""
        function: Callable[P, T] = getattr(import_module("documents.paper_jobs"), self.name)
        return function(*args, **kwargs)


READ_FONTS: Job[[Place], None] = Job("read_fonts")
FREEZE: Job[[Place, AgreementSheet, datetime], Revision] = Job("freeze")
PRINT: Job[[Place, AgreementSheet], Revision] = Job("print_only")
SIGN: Job[[Place, bytes, SignRequest], Signed] = Job("sign")
SEAL: Job[[Place, bytes, SealRequest], Signed] = Job("seal")
PRESERVE: Job[[Place, bytes, datetime], Revision] = Job("preserve")
VERIFY: Job[[Place, bytes, Registered | None, datetime], Verdict] = Job("verify")
STAMP: Job[[Place, bytes, datetime], bytes] = Job("stamp")


class PaperRoom(Papers):
    """Makes, signs and verifies papers in a pool that survives the death of its processes."""

    def __init__(self, place: Place, *, workers: int = 1) -> None:
        self.place, self.workers = place, workers
        self.pool = self.new_pool()
        self.turns = asyncio.Semaphore(workers)  # so that waiting is not counted as working

    @classmethod
    @asynccontextmanager
    async def open(
        cls, pki: Path, fonts: Path, *, workers: int = 1, tsa_url: str = ""
    ) -> AsyncIterator[Self]:
        """Open a room that ends its processes when it is left."""
        room = cls(Place(pki, fonts, tsa_url), workers=workers)
        try:
            yield room
        finally:
            await room.close()

    def new_pool(self) -> ProcessPoolExecutor:
        """Open a pool; its processes start with the first job."""
        return ProcessPoolExecutor(
            self.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=settle_in,
        )

    async def warm(self) -> None:
        """Start a process and read the fonts now, so that the first paper does not wait."""
        await self.run(READ_FONTS, self.place)

    @override
    async def freeze(self, sheet: AgreementSheet, *, at: datetime) -> Revision:
        return await self.run(FREEZE, self.place, sheet, at)

    @override
    async def print(self, sheet: AgreementSheet) -> Revision:
        return await self.run(PRINT, self.place, sheet)

    @override
    async def sign(self, pdf: bytes, request: SignRequest) -> Signed:
        return await self.run(SIGN, self.place, pdf, request)

    @override
    async def seal(self, pdf: bytes, request: SealRequest) -> Signed:
        return await self.run(SEAL, self.place, pdf, request)

    @override
    async def preserve(self, pdf: bytes, *, at: datetime) -> Revision:
        return await self.run(PRESERVE, self.place, pdf, at)

    @override
    async def verify(self, pdf: bytes, registered: Registered | None, *, at: datetime) -> Verdict:
        if len(pdf) > LARGEST_FILE:
            return verdict_of("not-a-paper", pdf, at=at)
        return await self.run(VERIFY, self.place, pdf, registered, at)

    async def stamp(self, request: bytes, *, at: datetime) -> bytes:
        """Answer a time-stamp request (RFC 3161) that somebody sent."""
        return await self.run(STAMP, self.place, request, at)

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a job in the pool; once more in a new pool if its process died."""
        async with self.turns:
            for _attempt in range(2):
                pool = self.pool
                try:
                    async with asyncio.timeout(LONGEST_JOB):
                        return await asyncio.wrap_future(pool.submit(job, *args, **kwargs))
                except BrokenProcessPool:
                    self.replace(pool)
                except TimeoutError:
                    self.replace(pool)
                    break
        raise Unavailable(f"no paper process could finish {job}")

    def replace(self, broken: ProcessPoolExecutor) -> None:
        """Put a new pool in the place of a broken one; only the first who notices does it."""
        if self.pool is broken:
            self.pool = self.new_pool()
            end(broken)

    async def close(self) -> None:
        """End all processes."""
        await asyncio.to_thread(end, self.pool)


def end(pool: ProcessPoolExecutor) -> None:
    """End a pool at once; a job in it would change nothing outside."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - public only from 3.14
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


def settle_in() -> None:
    """Make a new paper process quiet, deaf to Ctrl-C, and mortal with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    hush()
    parent = multiprocessing.parent_process()
    if parent is not None:
        watch = threading.Thread(target=follow, args=(parent.sentinel,), daemon=True)
        watch.start()


def follow(sentinel: int) -> None:
    """End this process when its parent is gone, however it went."""
    wait([sentinel])
    os._exit(0)
