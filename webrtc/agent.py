"""Our own ICE-lite agent in place of aioice: it never checks, it only answers (RFC 8445)."""

from __future__ import annotations

import asyncio
import secrets
import string
import time
from typing import Any

from aioice import Candidate, ConnectionClosed

from webrtc.engine.interface import Keys, Leg
from webrtc.port import MediaPort
from webrtc.stun import Address

_LETTERS = string.ascii_letters + string.digits
_UFRAG, _PASSWORD = 8, 24
_HIGHEST = (126 << 24) | (65535 << 8) | 255  # RFC 8445, 5.1.2.1: a host candidate
_HANDSHAKE_BACKLOG = 64  # datagrams; a DTLS flight is fewer than ten


class LiteAgent:
    """One peer connection's end of the shared port.

    It has the face that aiortc expects of ``aioice.Connection``; remote candidates are ignored,
    because the browser checks us and the address that passes is the address.
    """

    remote_candidates: tuple[Candidate, ...] = ()

    def __init__(
        self,
        port: MediaPort,
        *,
        ice_controlling: bool = False,
        local_username: str | None = None,
        local_password: str | None = None,
        **_ignored: Any,  # STUN and TURN servers: an ICE-lite agent uses none
    ) -> None:
        self.port = port
        self.ice_controlling = ice_controlling
        self.remote_is_lite = False
        self.remote_username: str | None = None
        self.remote_password: str | None = None
        self.local_username = local_username or _random(_UFRAG)
        self.local_password = local_password or _random(_PASSWORD)
        self.address: Address | None = None
        self.leg: Leg | None = None  #: who takes the browser's media, once there are keys
        self.last_check = time.monotonic()  #: when the browser last proved that it is there
        self._checked = asyncio.Event()
        self._closed = False
        self._handshake: asyncio.Queue[bytes | None] = asyncio.Queue(_HANDSHAKE_BACKLOG)
        self._events: asyncio.Queue[ConnectionClosed] = asyncio.Queue()
        port.expect(self)

    @property
    def local_candidates(self) -> list[Candidate]:
        """The port, under each address that browsers can reach: one, or one of each family."""
        return [
            Candidate(
                foundation=str(place),
                component=1,
                transport="udp",
                priority=_HIGHEST - (place << 8),
                host=host,
                port=self.port.number,
                type="host",
            )
            for place, host in enumerate(self.port.advertised, 1)
        ]

    def restart(self) -> None:
        """Take new credentials for an ICE restart; the old ones stay good for late checks."""
        self.local_username = _random(_UFRAG)
        self.local_password = _random(_PASSWORD)
        self.port.expect(self)

    def bind(self, address: Address, *, nominated: bool) -> None:
        """Note a check that was properly signed; the first one or a nominated one moves us."""
        self.last_check = time.monotonic()
        if nominated or self.address is None:
            self.address = address
            self._checked.set()
            if self.leg is not None:
                self.leg.move(address)

    def begin(self, leg: Leg, keys: Keys) -> None:
        """Let media through: DTLS has agreed on keys."""
        if self._closed:
            return
        leg.secure(keys)
        if self.address is not None:
            leg.move(self.address)
        self.leg = leg
        self.port.begin(self, leg)

    def take_handshake(self, datagram: bytes) -> None:
        """Queue a DTLS datagram; when the queue is full it is lost, as on any network."""
        if not self._handshake.full():
            self._handshake.put_nowait(datagram)

    async def gather_candidates(self) -> None:
        """There is nothing to gather: the port is known."""

    async def add_remote_candidate(self, candidate: Candidate | None) -> None:
        """Ignore where the browser thinks it is; its checks tell."""

    async def connect(self) -> None:
        """Wait for the first signed check."""
        await self._checked.wait()
        if self._closed:
            raise ConnectionError

    async def recv(self) -> bytes:
        """Give the next DTLS datagram."""
        datagram = await self._handshake.get()
        if datagram is None or self._closed:
            raise ConnectionError
        return datagram

    async def send(self, datagram: bytes) -> None:
        """Send a DTLS datagram to where the browser is."""
        if self._closed or self.address is None:
            raise ConnectionError
        self.port.send(datagram, self.address)

    async def get_event(self) -> ConnectionClosed:
        """Wait for the end of the connection."""
        return await self._events.get()

    async def close(self) -> None:
        """Stop listening; nothing from this browser is looked at again."""
        if self._closed:
            return
        self._closed = True
        self.port.forget(self)
        self._checked.set()
        if self._handshake.full():
            self._handshake.get_nowait()
        self._handshake.put_nowait(None)
        self._events.put_nowait(ConnectionClosed())


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
