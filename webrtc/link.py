"""The web process's line to one media worker: made again when it breaks, watched by beats."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from domain.errors import BadInput
from webrtc import control
from webrtc.control import MAX_LINE, FromWeb, FromWorker, Line

_log = structlog.get_logger()
_AGAIN_AFTER = 0.3  # seconds between two attempts to reach a worker
BEAT = 0.4  # seconds
_SILENT, _HUNG = 3, 10  # beats without an answer: no new room for it; it will never answer
_CREDENTIALS = struct.Struct("3i")  # struct ucred of unix(7): process, user, group


class Link:
    """One worker, as this process reaches it."""

    def __init__(
        self,
        path: Path,
        hear: Callable[[Link, FromWorker], None],
        lost: Callable[[Link], None],
    ) -> None:
        """``hear`` is told what the worker says, ``lost`` that its line is broken."""
        self.path = path
        self.life = ""
        self._hear = hear
        self._lost = lost
        self._line: Line | None = None
        self._owed = 0
        self._lost_at = time.monotonic()

    @property
    def name(self) -> str:
        """The worker's name, as the centre's books have it."""
        return self.path.stem

    @property
    def is_up(self) -> bool:
        """Whether the worker said that it is there."""
        return self._line is not None

    @property
    def answers(self) -> bool:
        """Whether it also answers when it is asked."""
        return self.is_up and self._owed <= _SILENT

    def is_gone(self, after: float) -> bool:
        """Tell whether there has been no line for so many seconds."""
        return not self.is_up and time.monotonic() - self._lost_at >= after

    def send(self, message: FromWeb) -> None:
        """Send, if the worker is there; after a break everybody is seated again anyway."""
        if self._line is not None:
            self._line.write(message)

    async def keep(self) -> None:
        """Reach for the worker, now and whenever it comes back."""
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_unix_connection(self.path, limit=MAX_LINE)
                await self._listen(Line(reader, writer), _process_behind(writer))
            self._let_go()
            await asyncio.sleep(_AGAIN_AFTER)

    async def close(self) -> None:
        """Hang up; the worker's rooms go on."""
        if self._line is not None:
            await self._line.close()

    async def _listen(self, line: Line, process: int) -> None:
        beating = asyncio.create_task(self._beat(line, process))
        try:
            while message := await line.read():
                self._owed = 0
                self._take(line, control.from_worker(message))
        except BadInput as reason:
            _log.warning("control-refused", why=str(reason))
        finally:
            beating.cancel()
            await line.close()

    def _take(self, line: Line, message: FromWorker) -> None:
        if isinstance(message, control.Beat):
            return
        if isinstance(message, control.Alive):
            self._line, self.life = line, message.life  # whoever sat down earlier would sit twice
        self._hear(self, message)

    async def _beat(self, line: Line, process: int) -> None:
        """Ask again and again; a worker that never answers is ended, so that it serves no room.

        What counts is what was asked, not the time: if this process stood still, nobody is blamed.
        """
        self._owed = 0
        while self._owed < _HUNG:
            line.write(control.Beat())
            self._owed += 1
            if self._owed == _SILENT + 1:
                _log.warning("media-worker-silent", worker=self.name)
            await asyncio.sleep(BEAT)
        _log.error("media-worker-hangs", worker=self.name, process=process)
        _end(process)
        line.cut()

    def _let_go(self) -> None:
        if self._line is not None:
            self._line = None
            self._lost_at = time.monotonic()
            _log.warning("media-worker-lost", worker=self.name)
            self._lost(self)


def _process_behind(writer: asyncio.StreamWriter) -> int:
    """Ask the system whose socket this is; 0 if it is not of this machine's processes."""
    plain = writer.get_extra_info("socket")
    asked = plain.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process: int = _CREDENTIALS.unpack(asked)[0]
    return process


def _end(process: int) -> None:
    """End a worker that hangs; the supervisor starts another."""
    if process > 0:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)
