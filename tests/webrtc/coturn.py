"""A real coturn with the deployed settings, on a free port of this machine."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.ports import free_port

DEPLOYED = Path(__file__).parents[2] / "deploy" / "turnserver.conf"
SECRET = "a-secret-of-this-test"


@contextmanager
def a_turn_server(folder: Path, *more: str) -> Iterator[int]:
    """Run it, without TLS, and give its port; ``more`` goes to its command line."""
    port = free_port()
    moved = re.sub(
        r"(?m)^(cert|pkey|tls-listening-port|listening-port)=.*\n", "", DEPLOYED.read_text("utf-8")
    )
    (folder / "turnserver.conf").write_text(f"{moved}\nlistening-port={port}\nno-tls\nno-dtls\n")
    server = subprocess.Popen(
        [
            *("turnserver", "-c", str(folder / "turnserver.conf"), "--realm=test"),
            *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"),
            *(f"--static-auth-secret={SECRET}", f"--log-file={folder}/log", "--simple-log"),
            *(f"--pidfile={folder}/pid", f"--userdb={folder}/users"),
            *more,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_listens(port)
        yield port
    finally:
        server.kill()
        server.wait()


def _wait_until_it_listens(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise AssertionError("the TURN server does not listen")
