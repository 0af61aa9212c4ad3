"""The media worker's hold on its recorder: start it, feed it without ever waiting, hear it out."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from sealing.keyfile import NoKey
from webrtc.journal import Kind
from webrtc.pipe import FRAME, OPEN, SHUT, UNSEALED, frame

_log = structlog.get_logger()
_PIPE = 1 << 20
_BACKLOG = 8 << 20  # octets, some seconds of eight people; a recorder behind that has lost its disk
_KEPT = {OPEN, SHUT}
_AGAIN_AFTER = 0.2
_LONGEST_NEWS = 4 << 20  # octets; some hundred for each segment
_PROJECT = Path(__file__).resolve().parent.parent


class RecorderProcess:
    """One child for all rooms of a worker, started again whenever it dies."""

    def __init__(self, folder: Path, key_file: Path | None, *, unsealed: bool = False) -> None:
        """``unsealed``: without a key journals lie open; else raises :class:`NoKey`."""
        if key_file is None and not unsealed:
            raise NoKey("without a key nothing is recorded")
        self._arguments = [str(folder), UNSEALED if key_file is None else str(key_file)]
        self._child: asyncio.subprocess.Process | None = None
        self._pipe = -1
        self._fresh: list[bytes] = []  # pieces of frames since the last flush
        self._lost: dict[int, int] = {}  # channels of which packets are missing, and until when
        self._backlog: deque[memoryview] = deque()
        self.behind = 0  #: octets that the pipe did not take yet
        self._channel = 0
        self._told: dict[int, Callable[[dict[str, Any]], None]] = {}
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0
        self.on_change: Callable[[], None] = _nothing  #: told when the child comes or goes

    @property
    def pid(self) -> int | None:
        """The child's process id, while it lives."""
        return self._child.pid if self._child is not None else None

    @property
    def runs(self) -> bool:
        """Whether there is a child to take packets."""
        return self._child is not None

    async def start(self) -> None:
        """Start the child and keep it alive."""
        await self._spawn()
        self._task = asyncio.create_task(self._keep_alive())

    async def close(self, within: float) -> None:
        """Let the child finish its files; kill it if the disk does not let it."""
        if self._task is not None:
            self._task.cancel()
        child = self._child
        if child is None:
            return
        self.flush()
        self._hang_up()
        hearing = asyncio.create_task(self._hear(child))
        try:
            await asyncio.wait_for(asyncio.gather(hearing, child.wait()), within)
        except TimeoutError:
            _log.warning("recorder-too-slow", within=within)
            child.kill()
            await child.wait()

    def new_channel(self, told: Callable[[dict[str, Any]], None]) -> int:
        """Give a number for one segment, and whom to tell what is on disk."""
        self._channel += 1
        self._told[self._channel] = told
        return self._channel

    def forget(self, channel: int) -> None:
        """Hear no more about a segment."""
        self._told.pop(channel, None)

    def send(self, channel: int, kind: int, arrival: int, *data: bytes) -> None:
        """Take a frame for the next :meth:`flush`, in pieces.

        When the disk is too far behind, what opens and ends segments is taken; of the rest only a
        note stays that it is missing.
        """
        if self.behind > _BACKLOG and kind not in _KEPT:
            self.dropped += channel not in self._lost
            self._lost[channel] = arrival
            return
        fresh = self._fresh
        fresh.append(FRAME.pack(sum(map(len, data)), channel, kind, arrival))
        fresh.extend(data)

    def flush(self) -> None:
        """Give the pipe what it takes, now; what it does not take waits, up to a limit."""
        if self._pipe < 0:
            self._forget()
            return
        self._queue()
        try:
            while self._backlog:
                self._written(os.write(self._pipe, self._backlog[0]))
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._forget()

    def _queue(self) -> None:
        """Put what came since the last time into the backlog, in one piece."""
        if self._lost and (self._fresh or self.behind <= _BACKLOG):
            notes = (frame(one, Kind.DROPPED, at, b"") for one, at in sorted(self._lost.items()))
            self._fresh[:0] = notes
            self._lost.clear()
        if self._fresh:
            chunk = b"".join(self._fresh)
            self._fresh.clear()
            self._backlog.append(memoryview(chunk))
            self.behind += len(chunk)

    def _written(self, octets: int) -> None:
        """Take what the pipe took off the backlog."""
        self.behind -= octets
        first = self._backlog.popleft()
        if octets < len(first):
            self._backlog.appendleft(first[octets:])

    def _forget(self) -> None:
        self._fresh.clear()
        self._lost.clear()
        self._backlog.clear()
        self.behind = 0

    async def _spawn(self) -> None:
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
        os.set_blocking(writing, False)
        try:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "webrtc.recorder",
                *self._arguments,
                stdin=reading,
                stdout=asyncio.subprocess.PIPE,
                cwd=_PROJECT,
                limit=_LONGEST_NEWS,
            )
        finally:
            os.close(reading)
        self._pipe = writing

    async def _keep_alive(self) -> None:
        while True:
            child = self._child
            if child is not None:
                await self._hear(child)
                _log.error("recorder-died", returncode=await child.wait())
                self._hang_up()
                self._child, self._told = None, {}
                self._forget()
                self.on_change()
            await asyncio.sleep(_AGAIN_AFTER)
            await self._spawn()
            self.on_change()

    async def _hear(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdout is not None
        while line := await child.stdout.readline():
            for message in json.loads(line):
                told = self._told.get(message["channel"])
                if told is not None:
                    told(message)
                if "failed" in message:
                    self.on_change()  # what was acknowledged of it waits to be mended

    def _hang_up(self) -> None:
        if self._pipe >= 0:
            with contextlib.suppress(OSError):
                os.close(self._pipe)
            self._pipe = -1


def _nothing() -> None:
    """Do nothing until somebody wants to know."""
