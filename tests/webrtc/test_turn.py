"""A TURN server as it is deployed gives a relay to whoever shares its secret, and only then."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from domain.errors import Unavailable
from webrtc.turn import TurnRefused, relay_of

DEPLOYED = Path(__file__).parents[2] / "deploy" / "turnserver.conf"
SECRET = "a-secret-of-this-test"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def turn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A coturn with the deployed settings on a free port of this machine, without TLS."""
    port, folder = free_port(), tmp_path_factory.mktemp("turn")
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
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_it_listens(port)
        yield port
    finally:
        server.kill()
        server.wait()


def wait_until_it_listens(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise AssertionError("the TURN server does not listen")


def credentials(secret: str, *, lasts: int = 600) -> tuple[str, str]:
    """User name and password of draft-uberti-behave-turn-rest-00."""
    name = f"{int(time.time()) + lasts}:somebody"
    mac = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
    return name, base64.b64encode(mac).decode()


@pytest.mark.parametrize("way", ["", "?transport=udp", "?transport=tcp"])
async def test_who_shares_the_secret_gets_a_relay(turn: int, way: str):
    assert await relay_of(f"turn:127.0.0.1:{turn}{way}", *credentials(SECRET)) == "127.0.0.1"


@pytest.mark.parametrize(("secret", "lasts"), [("another", 600), (SECRET, -60)])
async def test_another_secret_or_old_credentials_get_none(turn: int, secret: str, lasts: int):
    with pytest.raises(TurnRefused):
        await relay_of(f"turn:127.0.0.1:{turn}", *credentials(secret, lasts=lasts))


@pytest.mark.parametrize(
    "url", ["turn:127.0.0.1:{port}?transport=tcp", "stun:127.0.0.1", "http://a"]
)
async def test_where_nobody_answers_it_says_so(url: str):
    with pytest.raises(Unavailable):
        await relay_of(url.format(port=free_port()), *credentials(SECRET))
