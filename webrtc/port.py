"""One UDP port for all rooms of a worker: whose checks and handshakes are these (RFC 7983)?"""

from __future__ import annotations

import asyncio
import collections
import socket
import time
from collections.abc import Callable
from typing import Protocol

from webrtc import stun
from webrtc.engine.interface import Engine, Leg, Other
from webrtc.engine.relay import RelayEngine
from webrtc.stun import Address

_SOCKET_BUFFER = 4 << 20
_ADDRESSES = 4  # remembered per browser besides the present one
_SILENT_AFTER = 5.0  # seconds; browsers check every 2.5 s
_STUN, _DTLS = range(4), range(20, 64)
_BOTH = "::"  # of Linux: IPv4 comes as ::ffff:1.2.3.4 and is answered there


class Agent(Protocol):
    """One browser's end of the port, as far as the port has to know it."""

    local_username: str
    local_password: str
    address: Address | None
    leg: Leg | None
    last_check: float  #: seconds of the monotonic clock

    def bind(self, address: Address, *, nominated: bool) -> None:
        """Note a check that was properly signed."""

    def take_handshake(self, datagram: bytes) -> None:
        """Take a DTLS datagram."""


class MediaPort:
    """The socket, the engine that reads it, and the agents that share it."""

    def __init__(
        self,
        host: str,
        port: int = 0,
        public_ip: str = "",
        engine: Callable[[socket.socket, Other], Engine] = RelayEngine,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        if host == _BOTH:
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._socket.setblocking(False)  # noqa: FBT003 (the standard library's own signature)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BUFFER)
        self._socket.bind((host, port))
        self.number: int = self._socket.getsockname()[1]
        self.advertised: list[str] = public_ip.replace(",", " ").split() or [host]
        self.engine = engine(self._socket, self.take)
        self._by_ufrag: dict[str, tuple[Agent, bytes]] = {}
        self._by_address: dict[Address, Agent] = {}

    @property
    def drops(self) -> collections.Counter[str]:
        """What was thrown away, by reason."""
        return self.engine.drops

    def open(self) -> None:
        """Begin to listen, on the running loop."""
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self.engine.read)

    def close(self) -> None:
        """Stop listening and give the port back."""
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def expect(self, agent: Agent) -> None:
        """Look out for checks that name this agent's credentials."""
        self._by_ufrag.setdefault(agent.local_username, (agent, agent.local_password.encode()))

    def begin(self, agent: Agent, leg: Leg) -> None:
        """Have the engine take an agent's media, from wherever the browser has checked us."""
        for address, owner in self._by_address.items():
            if owner is agent:
                self.engine.bind(address, leg)

    def forget(self, agent: Agent) -> None:
        """Drop everything that leads to this agent."""
        self._by_ufrag = {k: v for k, v in self._by_ufrag.items() if v[0] is not agent}
        for address in [a for a, owner in self._by_address.items() if owner is agent]:
            self._release(address)

    def send(self, datagram: bytes, address: Address) -> None:
        """Send one datagram."""
        self.engine.send(datagram, address)

    def take(self, datagram: bytes, source: Address) -> None:
        """Take what is not media: a check, or a step of a handshake."""
        if datagram[0] in _STUN:
            self._check(datagram, source)
        elif datagram[0] in _DTLS and source in self._by_address:
            self._by_address[source].take_handshake(datagram)
        else:
            self.drops["stranger"] += 1

    def _check(self, datagram: bytes, source: Address) -> None:
        """Answer a check; only one that is signed may (re)bind an address to an agent."""
        check = stun.read_check(datagram)
        known = check and self._by_ufrag.get(check.ufrag)
        if not check or not known or not check.is_signed_with(known[1]):
            self.drops["check"] += 1
            return
        agent, password = known
        if self._is_taken(source, agent):
            self.drops["taken"] += 1
            return
        self._by_address[source] = agent
        if agent.leg is not None:
            self.engine.bind(source, agent.leg)
        agent.bind(source, nominated=check.nominates)
        self._limit_addresses(agent)
        self.send(stun.answer(check, password=password, source=source), source)

    def _is_taken(self, source: Address, agent: Agent) -> bool:
        """Tell whether somebody else is there: nobody talks a neighbour's address away."""
        owner = self._by_address.get(source, agent)
        return owner is not agent and time.monotonic() - owner.last_check < _SILENT_AFTER

    def _limit_addresses(self, agent: Agent) -> None:
        """Keep a browser that changes its address all the time from filling the table."""
        others = [
            a for a, owner in self._by_address.items() if owner is agent and a != agent.address
        ]
        for address in others[:-_ADDRESSES]:
            self._release(address)

    def _release(self, address: Address) -> None:
        del self._by_address[address]
        self.engine.unbind(address)
