"""A program of ours in a process of its own: bytes in, bytes out, ended if it takes too much."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOO_MUCH = -9  #: as if killed, which is what becomes of it
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONDONTWRITEBYTECODE")


class Ended(Exception):  # an outcome, not an error
    """The child gave no answer; ``status`` is its own word for why, negative for a signal."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class TookTooLong(Ended):
    """It was not done in time, however busy or idle the machine was."""


async def run(
    module: str,
    given: bytes,
    *,
    seconds: float,
    largest: int,
    told: Mapping[str, str] | None = None,
) -> bytes:
    """Return what ``python -m module`` writes; raises :class:`Ended`."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT,
        env={**kept, **(told or {})}, start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            made = await _talk(child, given, largest)
            status = await child.wait() if len(made) <= largest else TOO_MUCH
    except TimeoutError:
        raise TookTooLong(TOO_MUCH) from None
    finally:
        await _end(child)
    if status:
        raise Ended(status)
    return made


async def _talk(child: Process, given: bytes, largest: int) -> bytes:
    """Write and read at once: a child may answer before it has read everything."""
    assert child.stdin is not None
    assert child.stdout is not None
    writing = asyncio.ensure_future(_hand_over(child.stdin, given))
    try:
        made = bytearray()
        while len(made) <= largest and (more := await child.stdout.read(65536)):
            made += more
        return bytes(made)
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


async def _hand_over(pipe: asyncio.StreamWriter, given: bytes) -> None:
    with suppress(ConnectionError):
        pipe.write(given)
        await pipe.drain()
        pipe.close()


async def _end(child: Process) -> None:
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
        assert child.stdout is not None
        while await child.stdout.read(65536):  # its end is noticed only behind what it wrote
            pass
        await child.wait()
