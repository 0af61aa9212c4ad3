"""The media worker's hold on who mends: one child, there from the first recording on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from domain.errors import NotReady, Unavailable
from webrtc.pipe import UNSEALED
from webrtc.shelf import Report

_PROJECT = Path(__file__).resolve().parent.parent


class MendingProcess:
    """Mends one journal after the other, beside the worker's loop."""

    def __init__(self, folder: Path, key_file: Path | None) -> None:
        self._arguments = [str(folder), UNSEALED if key_file is None else str(key_file)]
        self._child: Process | None = None
        self._turn = asyncio.Lock()

    @property
    def is_ready(self) -> bool:
        """Whether the child is there."""
        return self._child is not None

    async def be_ready(self) -> None:
        """Start the child, so that the first film does not wait for it."""
        async with self._turn:
            if self._child is None:
                with contextlib.suppress(NotReady):
                    await self._start()

    async def mend(self, journal: str) -> Report | None:
        """Make a journal whole and its film; ``None`` if there is nothing to tell.

        Raises :class:`NotReady` if it has to be tried again, :class:`Unavailable` if the child died
        of it.
        """
        async with self._turn:
            line = await self._ask(self._child or await self._start(), journal)
        answer = json.loads(line)
        if "later" in answer:
            raise NotReady(answer["later"])
        return Report(**answer["report"]) if answer else None

    async def close(self) -> None:
        """End the child at once; what it was making is made by the next."""
        child, self._child = self._child, None
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def _start(self) -> Process:
        try:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "webrtc.mending", *self._arguments),
                stdin=PIPE,
                stdout=PIPE,
                cwd=_PROJECT,
            )
        except OSError as reason:  # no process, no descriptor, no memory just now
            raise NotReady(str(reason)) from reason
        return self._child

    async def _ask(self, child: Process, journal: str) -> bytes:
        """Ask, and hear the answer; a child that does not answer is done with."""
        assert child.stdin is not None
        assert child.stdout is not None
        line = b""
        try:
            child.stdin.write(f"{journal}\n".encode())
            line = await child.stdout.readline()
        finally:
            if not line:
                await self.close()
        if not line:
            raise Unavailable(f"died with {child.returncode}")
        return line
