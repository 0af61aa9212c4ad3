"""A TURN server as it is deployed gives a relay to whoever shares its secret, and only then."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator

import pytest

from domain.errors import Unavailable
from tests.ports import free_port
from tests.webrtc.coturn import SECRET, a_turn_server
from webrtc.turn import TurnRefused, relay_of


@pytest.fixture(scope="module")
def turn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with a_turn_server(tmp_path_factory.mktemp("turn")) as port:
        yield port


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
