"""A real coturn with the deployed settings, on a free port of this machine."""

from __future__ import annotations

import base64
import hashlib
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
def a_turn_server(folder: Path, *more: str, tls: bool = False) -> Iterator[int]:
    """Run it and give its port, which is TLS's if so wished; ``more`` goes to its command line."""
    port = free_port()
    moved = re.sub(
        r"(?m)^(cert|pkey|tls-listening-port|listening-port)=.*\n", "", DEPLOYED.read_text("utf-8")
    )
    ways = _encrypted(folder, port) if tls else f"listening-port={port}\nno-tls\nno-dtls\n"
    (folder / "turnserver.conf").write_text(f"{moved}\n{ways}")
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


def _encrypted(folder: Path, port: int) -> str:
    """Have a certificate made, and no other door opened than TLS."""
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=turn"
    name = ("-addext", "subjectAltName=IP:127.0.0.1")
    key, cert = folder / "turn.key", folder / "turn.pem"
    subprocess.run(
        ["openssl", *made.split(), *name, "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    plain = f"listening-port={free_port()}\nno-udp\nno-tcp\nno-dtls\n"
    return f"{plain}tls-listening-port={port}\ncert={cert}\npkey={key}\n"


def spki(folder: Path) -> str:
    """Name the server's key as Chromium does (``--ignore-certificate-errors-spki-list``)."""
    steps = f"openssl x509 -in {folder}/turn.pem -pubkey -noout | openssl pkey -pubin -outform der"
    der = subprocess.run(steps, shell=True, check=True, capture_output=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def _wait_until_it_listens(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise AssertionError("the TURN server does not listen")
