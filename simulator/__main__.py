"""`python -m simulator`: a process of its own that ends when it is told to."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Final

from aiohttp import web
from typing_extensions import override

from simulator.founding import found_world
from simulator.settings import BadSettings, Settings, is_loopback_host, read_settings
from simulator.site import make_site

_GRACE_SECONDS: Final = 2.0


def main() -> int:
    """Read the command line and run until the end is asked for."""
    asked = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if not is_loopback_host(asked.host):
        return _refuse(f"--host {asked.host}: the simulator listens on loopback only")
    try:
        settings = read_settings(asked.config, asked.set)
    except (BadSettings, OSError, ValueError) as error:
        return _refuse(str(error))
    try:
        listening = _listen(asked.host, asked.port)
    except OSError as error:
        return _refuse(f"--port {asked.port}: {error.strerror}")
    asyncio.run(_run(settings, listening, asked.data, asked.lifeline_fd))
    return 0


async def _run(
    settings: Settings, listening: socket.socket, data: Path, lifeline: int | None
) -> None:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, ending.set)
    if lifeline is not None:
        await _hold(lifeline, ending)
    host, port = listening.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    world = await found_world(settings, data, url)
    runner = web.AppRunner(make_site(world), access_log=None, shutdown_timeout=_GRACE_SECONDS)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    sys.stdout.write(json.dumps({"url": url, "port": port}) + "\n")
    sys.stdout.flush()
    await ending.wait()
    await runner.cleanup()


async def _hold(lifeline: int, ending: asyncio.Event) -> None:
    """End when the other side of the pipe closes, however its holder died."""

    class Held(asyncio.Protocol):
        @override
        def connection_lost(self, exc: Exception | None) -> None:
            del exc
            ending.set()

    pipe = os.fdopen(lifeline, "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(Held, pipe)


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(found[0], found[1])
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(found[4])
    listening.listen()
    return listening


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder of its memory")
    parser.add_argument("--config", type=Path, help="JSON file, see docs/simulator.md")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one key over the file"
    )
    parser.add_argument("--lifeline-fd", type=int, help="end when this pipe closes")
    return parser.parse_args()


def _refuse(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
