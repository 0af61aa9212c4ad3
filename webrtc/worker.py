"""The media worker: one process, one UDP port, whole rooms; it outlives a dead web process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from domain.ports.outside import Clock
from webrtc import seams
from webrtc.control import MAX_LINE
from webrtc.host import Host
from webrtc.mending_process import MendingProcess
from webrtc.port import MediaPort
from webrtc.recorder_process import RecorderProcess
from webrtc.shelf import Shelf

_log = structlog.get_logger()
_MEDIA_WITHIN, _RECORDER_WITHIN = 1.5, 2.5  # seconds: together below the five of the contract
_ALL_WITHIN = 3.8  # seconds; a film that is not made by then is made by the next worker


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a media worker is told when it starts."""

    socket: Path  #: Unix socket for the web processes
    recordings: Path  #: folder of journals and playable files
    host: str = "127.0.0.1"  #: address to listen on for media
    public_ip: str = ""  #: address that browsers reach, if it is another one; two with a comma
    port: int = 0  #: UDP port; 0 takes a free one
    lifeline: int | None = None  #: pipe of the supervisor; when it closes, the worker ends
    key_file: Path | None = None  #: what recordings are sealed with
    unsealed: bool = False  #: record without a key, in the open


async def run(settings: WorkerSettings, clock: Clock) -> None:
    """Serve rooms until SIGTERM, SIGINT or the end of the lifeline, then end within 5 s."""
    over = asyncio.Event()
    recorder = RecorderProcess(settings.recordings, settings.key_file, unsealed=settings.unsealed)
    port = MediaPort(settings.host, settings.port, settings.public_ip)
    with seams.installed(port), _ending(over, settings.lifeline):
        await recorder.start()
        mender = MendingProcess(settings.recordings, settings.key_file)
        host = Host(port, recorder, Shelf(settings.recordings), mender, clock)
        port.open()
        async with _listening(settings.socket, host):
            _log.info("media-worker-ready", udp=port.number)
            beat = asyncio.create_task(host.run())
            beat.add_done_callback(lambda _: over.set())
            await over.wait()
        beat.cancel()
        latest = asyncio.get_running_loop().time() + _ALL_WITHIN
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(host.close(), _MEDIA_WITHIN)
        await recorder.close(_RECORDER_WITHIN)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(latest):
                await host.mend_rest()
        await mender.close()
        port.close()
    _log.info("media-worker-ended")


@contextlib.asynccontextmanager
async def _listening(path: Path, host: Host) -> AsyncIterator[None]:
    unix = _unix_socket(path)
    server = await asyncio.start_unix_server(host.serve, sock=unix, limit=MAX_LINE)
    try:
        yield
    finally:
        server.close()


def _unix_socket(path: Path) -> socket.socket:
    """Take the address over from a predecessor that was killed; only our user may connect."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    unix.bind(str(path))
    path.chmod(0o600)
    return unix


@contextlib.contextmanager
def _ending(over: asyncio.Event, lifeline: int | None) -> Iterator[None]:
    """Set ``over`` when somebody wants the worker to end."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    if lifeline is not None:
        loop.add_reader(lifeline, lambda: over.set() if not os.read(lifeline, 1) else None)
    try:
        yield
    finally:
        if lifeline is not None:
            loop.remove_reader(lifeline)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
