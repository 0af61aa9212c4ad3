"""Asks a TURN server for a relay as a browser would: are address and secret right?"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

from aioice.stun import TransactionFailed, TransactionTimeout
from aioice.turn import create_turn_endpoint
from typing_extensions import override

from domain.errors import Refused, Unavailable

WITHIN = 5.0  #: seconds
URL = re.compile(r"(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?")
PORTS = {"turn": 3478, "turns": 5349}  #: RFC 7065, 3.2


class TurnRefused(Refused):
    """The server answers and gives no relay: credentials, quota or peer rules."""

    code = "turn-refused"


class Relay(asyncio.DatagramProtocol):
    """The relay's end here, which hears when it was given back."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Note that it is gone."""
        self.gone.set()


async def relay_of(url: str, username: str, credential: str) -> str:
    """Give the address of a relay, which is given back at once.

    Raises TurnRefused, or Unavailable where nothing answers or the URL is none.
    """
    found = URL.fullmatch(url)
    if found is None:
        raise Unavailable(f"{url} is no TURN address (RFC 7065)")
    scheme, host, port, way = found.groups()
    secure = scheme == "turns"
    try:
        async with asyncio.timeout(WITHIN):
            transport, relay = await create_turn_endpoint(
                Relay,
                (host.strip("[]"), int(port or PORTS[scheme])),
                username,
                credential,
                ssl=True if secure else None,
                transport=way or ("tcp" if secure else "udp"),
            )
    except TransactionFailed as error:
        raise TurnRefused(url) from error
    except (OSError, TimeoutError, TransactionTimeout) as error:
        raise Unavailable(f"{url} does not answer") from error
    address = str(transport.get_extra_info("sockname")[0])
    transport.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(WITHIN):
            await relay.gone.wait()
    return address
