"""Live updates between the processes of one machine, over a Unix socket."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from domain.ports.outside import Bus
from storage.fanout import LONGEST_LINE, Fanout, line_of, told_by

log = logging.getLogger(__name__)

MOST_BUFFERED = 256 * 1024  #: bytes a slow process may lag behind before it misses messages
FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0  #: seconds between attempts to reach the hub


class LiveBus(Bus, Protocol):
    """What both kinds of bus are."""

    async def start(self) -> None:
        """Begin to connect."""
        ...


class BusHub:
    """The one place all processes are connected to; lives in the web process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the socket; a left-over of a dead process is replaced."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(
            self._serve, path=str(self._path), limit=LONGEST_LINE
        )
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Close the socket and every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.close()
        if self._serving:
            await asyncio.wait(self._serving, timeout=1)
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None:  # accepted in the moment of closing
            writer.close()
            return
        if (task := asyncio.current_task()) is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                told_by(line)
                self._pass_on(line)
        except ValueError:
            log.warning("a process spoke nonsense on the bus and was cut off")
        except ConnectionError:
            log.debug("a process left the bus without a word")
        finally:
            self._writers.discard(writer)
            writer.close()

    def _pass_on(self, line: bytes) -> None:
        for writer in self._writers:
            if writer.transport.get_write_buffer_size() < MOST_BUFFERED:
                writer.write(line)


class SocketBus:
    """One process's end of the bus; it finds the hub again whenever that was away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fanout = Fanout()
        self._writer: asyncio.StreamWriter | None = None
        self._connected = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to connect; until the hub is there, messages reach only this process."""
        self._listening = asyncio.create_task(self._stay_connected(), name="bus")

    async def connected(self) -> None:
        """Wait for the hub."""
        await self._connected.wait()

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Tell everybody who listens now."""
        line = line_of(topic, message)
        if self._writer is None or self._writer.is_closing():
            self._fanout.hand_out(topic, dict(message))
        elif self._writer.transport.get_write_buffer_size() < MOST_BUFFERED:
            self._writer.write(line)

    def subscribe(self, topic: str) -> AsyncIterator[Mapping[str, str]]:
        """Listen from now on until the iterator is closed."""
        return self._fanout.listen(topic)

    async def close(self) -> None:
        """Stop listening and telling."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        self._fanout.close()

    async def _stay_connected(self) -> None:
        wait = FIRST_WAIT
        while True:
            with contextlib.suppress(OSError, ValueError):
                await self._listen()
                wait = FIRST_WAIT
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _listen(self) -> None:
        reader, writer = await asyncio.open_unix_connection(str(self._path), limit=LONGEST_LINE)
        self._writer = writer
        self._connected.set()
        try:
            while line := await reader.readline():
                self._fanout.hand_out(*told_by(line))
        finally:
            self._writer = None
            self._connected.clear()
            writer.close()
