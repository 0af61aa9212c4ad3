"""The paper room: everything slow about papers happens in processes of its own.

A job is a function of its arguments and changes nothing outside, so that one whose process died
is simply done again, once.
"""

from __future__ import annotations

import asyncio
import copyreg
import hashlib
import io
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
from functools import cache
from multiprocessing.connection import wait
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from typing_extensions import override

from documents.agreement import print_agreement
from documents.archive_form import for_the_archive
from documents.authority import Authority
from documents.bounds import LARGEST_FILE, hush
from documents.ceremony import Office, Sealed, Signing, fingerprint, reopen
from documents.fonts import FontSet
from documents.timestamps import TimeStampService
from documents.verifying import Trust, examine, verdict_of, with_registry
from domain.errors import BadInput, IllegalMove, NoGlyph, NotReady, Unavailable, WetInkOnly
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
class Place:
    """Where a paper process finds what it works with."""

    pki: Path
    fonts: Path
    tsa_url: str = ""


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
        await self.run(read_fonts, self.place)

    @override
    async def freeze(self, sheet: AgreementSheet, *, at: datetime) -> Revision:
        return await self.run(freeze, self.place, sheet, at)

    @override
    async def print(self, sheet: AgreementSheet) -> Revision:
        return await self.run(print_only, self.place, sheet)

    @override
    async def sign(self, pdf: bytes, request: SignRequest) -> Signed:
        return await self.run(sign, self.place, pdf, request)

    @override
    async def seal(self, pdf: bytes, request: SealRequest) -> Signed:
        return await self.run(seal, self.place, pdf, request)

    @override
    async def preserve(self, pdf: bytes, *, at: datetime) -> Revision:
        return await self.run(preserve, self.place, pdf, at)

    @override
    async def verify(self, pdf: bytes, registered: Registered | None, *, at: datetime) -> Verdict:
        if len(pdf) > LARGEST_FILE:
            return verdict_of("not-a-paper", pdf, at=at)
        return await self.run(verify, self.place, pdf, registered, at)

    async def stamp(self, request: bytes, *, at: datetime) -> bytes:
        """Answer a time-stamp request (RFC 3161) that somebody sent."""
        return await self.run(stamp, self.place, request, at)

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
        raise Unavailable(f"no paper process could finish {job.__name__}")

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


@cache
def office(place: Place) -> Office:
    """Open keys and fonts once per process."""
    fonts = FontSet.at(place.fonts)
    fonts.warm()
    return Office(Authority.at(place.pki), fonts, tsa_url=place.tsa_url)


def read_fonts(place: Place) -> None:
    """Open the office."""
    office(place)


def freeze(place: Place, sheet: AgreementSheet, at: datetime) -> Revision:
    """Print, make fields, certify."""
    if sheet.wet_ink:
        raise WetInkOnly("a paper for ink has no signature fields")
    here = office(place)
    printed = print_agreement(sheet, here.fonts)
    prepared = here.prepare(for_the_archive(printed, sheet, at=at), printed)
    return revision(here.certify(prepared, at=at).pdf)


def print_only(place: Place, sheet: AgreementSheet) -> Revision:
    """Print."""
    return revision(print_agreement(sheet, office(place).fonts).pdf)


def sign(place: Place, pdf: bytes, request: SignRequest) -> Signed:
    """Add a person's signature."""
    paper, certificate = office(place).sign(reopen(pdf), request)
    return signed(paper.pdf, certificate)


def seal(place: Place, pdf: bytes, request: SealRequest) -> Signed:
    """Press the seal."""
    paper = reopen(pdf)
    if isinstance(paper, Sealed):
        raise IllegalMove("the paper is sealed")
    if not isinstance(paper, Signing):
        raise NotReady("nobody has signed")
    sealed, certificate = office(place).seal(paper, request)
    return signed(sealed.pdf, certificate)


def preserve(place: Place, pdf: bytes, at: datetime) -> Revision:
    """Add what later verifiers need."""
    paper = reopen(pdf)
    if not isinstance(paper, Sealed):
        raise NotReady("the paper is not sealed")
    return revision(office(place).preserve(paper, at=at).pdf)


def verify(place: Place, pdf: bytes, registered: Registered | None, at: datetime) -> Verdict:
    """Judge a file, with the newest list of revoked certificates."""
    authority = authority_at(place.pki)
    root = (place.pki / "root.pem").read_bytes()
    trust = Trust.in_pem(root, (authority.root_list(), authority.fresh_list(at)))
    return with_registry(examine(pdf, trust, at=at), registered)


def stamp(place: Place, request: bytes, at: datetime) -> bytes:
    """Answer a time-stamp request."""
    return TimeStampService(authority_at(place.pki)).respond(request, at)


@cache
def authority_at(folder: Path) -> Authority:
    """Open the authority once per process; a verifier needs no fonts."""
    return Authority.at(folder)


def revision(pdf: bytes) -> Revision:
    """Describe a state of the file."""
    pages = int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"])
    return Revision(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=pages)


def signed(pdf: bytes, certificate: x509.Certificate) -> Signed:
    """Describe a state of the file and the certificate that was added."""
    return Signed(
        revision=revision(pdf),
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_sha256=fingerprint(certificate),
    )
