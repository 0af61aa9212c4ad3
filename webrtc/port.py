"""One UDP port for all rooms of a worker: who sent this datagram, and what is it (RFC 7983)?"""

from __future__ import annotations

import asyncio
import collections
import socket
import time
from typing import TYPE_CHECKING

import structlog

from webrtc import stun
from webrtc.srtp import DATAGRAM, Buffer
from webrtc.stun import Address

if TYPE_CHECKING:  # the agent knows its port, and the port its agents
    from webrtc.agent import LiteAgent

_log = structlog.get_logger()
_BURST = 256  # datagrams per wake-up, so that timers and signalling get their turn
_SOCKET_BUFFER = 4 << 20
_ADDRESSES = 4  # remembered per browser besides the present one
_STUN, _DTLS, _RTP, _RTCP = range(4), range(20, 64), range(128, 192), range(192, 224)


class MediaPort:
    """The socket, the agents that listen on it, and the counts of what was thrown away."""

    def __init__(self, host: str, port: int = 0, public_ip: str = "") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003 (the standard library's own signature)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BUFFER)
        self._socket.bind((host, port))
        self.number: int = self._socket.getsockname()[1]
        self.advertised: Address = (public_ip or host, self.number)
        self.buffer = Buffer()
        self.drops: collections.Counter[str] = collections.Counter()
        self._by_ufrag: dict[str, tuple[LiteAgent, bytes]] = {}
        self._by_address: dict[Address, LiteAgent] = {}

    def open(self) -> None:
        """Begin to listen, on the running loop."""
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)

    def close(self) -> None:
        """Stop listening and give the port back."""
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def expect(self, agent: LiteAgent) -> None:
        """Look out for checks that name this agent's credentials."""
        self._by_ufrag.setdefault(agent.local_username, (agent, agent.local_password.encode()))

    def forget(self, agent: LiteAgent) -> None:
        """Drop everything that leads to this agent."""
        self._by_ufrag = {k: v for k, v in self._by_ufrag.items() if v[0] is not agent}
        self._by_address = {k: v for k, v in self._by_address.items() if v is not agent}

    def send(self, datagram: bytes | memoryview, address: Address) -> None:
        """Send one datagram; a destination that cannot be reached is that destination's loss."""
        try:
            self._socket.sendto(datagram, address)
        except OSError:
            self.drops["unsent"] += 1

    def _read(self) -> None:
        for _ in range(_BURST):
            try:
                length, source = self._socket.recvfrom_into(self.buffer.octets, DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                self.drops["socket"] += 1
                return
            try:
                self._sort(length, source[:2], time.monotonic())
            except Exception:  # noqa: BLE001 (the edge of the loop: no datagram may end a call)
                self.drops["failed"] += 1
                _log.exception("datagram-failed")

    def _sort(self, length: int, source: Address, now: float) -> None:
        octets = self.buffer.octets
        if length == 0:
            self.drops["empty"] += 1
        elif octets[0] in _RTP:
            self._media(length, source, now)
        elif octets[0] in _STUN:
            self._check(bytes(octets[:length]), source)
        elif octets[0] in _DTLS and source in self._by_address:
            self._by_address[source].take_handshake(bytes(octets[:length]))
        else:
            self.drops["stranger"] += 1

    def _media(self, length: int, source: Address, now: float) -> None:
        agent = self._by_address.get(source)
        if agent is None or agent.taker is None or length < 12:  # noqa: PLR2004 (RTP header)
            self.drops["stranger"] += 1
        elif self.buffer.octets[1] in _RTCP:
            agent.taker.take_rtcp(bytes(self.buffer.octets[:length]), now)
        else:
            agent.taker.take_rtp(length, now)

    def _check(self, datagram: bytes, source: Address) -> None:
        """Answer a check; only one that is signed may (re)bind an address to an agent."""
        check = stun.read_check(datagram)
        known = check and self._by_ufrag.get(check.ufrag)
        if not check or not known or not check.is_signed_with(known[1]):
            self.drops["check"] += 1
            return
        agent, password = known
        self._by_address[source] = agent
        agent.bind(source, nominated=check.nominates)
        self._limit_addresses(agent)
        self.send(stun.answer(check, password=password, source=source), source)

    def _limit_addresses(self, agent: LiteAgent) -> None:
        """Keep a browser that changes its address all the time from filling the table."""
        others = [
            a for a, owner in self._by_address.items() if owner is agent and a != agent.address
        ]
        for address in others[:-_ADDRESSES]:
            del self._by_address[address]
