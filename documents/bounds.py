"""Limits for reading a file that anybody may have sent."""

from __future__ import annotations

import logging
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_READING = 20.0  #: seconds of work; a busy machine never makes a genuine paper suspect
MOST_MEMORY = 1024 * 1024 * 1024  #: bytes beyond what the process has already


class TookTooLong(Exception):
    """Reading the file was broken off."""


@contextmanager
def bounded(*, seconds: float = LONGEST_READING, memory: int = MOST_MEMORY) -> Iterator[None]:
    """Break off after some seconds of work and refuse memory beyond a limit; main thread only."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (lower(used_memory() + memory, hard), hard))
    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def ring(_number: int, _frame: FrameType | None) -> None:
    """End the reading."""
    raise TookTooLong


def used_memory() -> int:
    """Tell how much address space this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def lower(wanted: int, hard: int) -> int:
    """Keep below the hard limit, if there is one."""
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def hush() -> None:
    """Keep the libraries from logging names out of certificates."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
