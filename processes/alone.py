"""One supervisor for one data folder: two would take each other's sockets and ports."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process that lives holds this place."""


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold the file's lock, which ends with its process however that ends.

    Raises AlreadyRunning.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(file) from None
        yield
