"""The engine in Python: pylibsrtp for the keys, one socket, few calls for a packet."""

from __future__ import annotations

import socket
import time
from collections import Counter

import structlog

from webrtc.engine.downlink import RelayDownlink
from webrtc.engine.interface import Leg, Other
from webrtc.engine.leg import RelayLeg
from webrtc.engine.outlet import Outlet
from webrtc.engine.srtp import DATAGRAM, Memory
from webrtc.engine.uplink import RelayUplink
from webrtc.stun import Address

_log = structlog.get_logger()
_BURST = 256  # datagrams per wake-up, so that timers and signalling get their turn
_HEADER = 12  # octets of an RTP packet at least
_PLAIN_ADDRESS = 2  # an IPv6 address has scope and flow besides


class RelayEngine:
    """All legs of a worker on one UDP socket."""

    def __init__(self, udp: socket.socket, other: Other) -> None:
        self._socket = udp
        self._other = other
        self._outlet = Outlet(udp)
        self._memory = Memory()
        self._legs: dict[Address, RelayLeg] = {}

    @property
    def drops(self) -> Counter[str]:
        """What was thrown away, by reason."""
        return self._outlet.drops

    def uplink(self) -> RelayUplink:
        """Open a way for what a browser publishes."""
        return RelayUplink(self._outlet)

    def downlink(self) -> RelayDownlink:
        """Open a way for what a browser is shown."""
        return RelayDownlink(self._outlet)

    def bind(self, address: Address, leg: Leg) -> None:
        """Take media from this address as this leg's."""
        assert isinstance(leg, RelayLeg)
        self._legs[address] = leg

    def unbind(self, address: Address) -> None:
        """Take no media from this address any more."""
        self._legs.pop(address, None)

    def send(self, datagram: bytes, address: Address) -> None:
        """Send a datagram as it is; one that cannot be reached is that destination's loss."""
        self._outlet.send(datagram, address)

    def read(self) -> None:
        """Deal with what the socket holds; what is not media goes to the port."""
        receive, octets = self._socket.recvfrom_into, self._memory.octets
        for _ in range(_BURST):
            try:
                length, source = receive(octets, DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                self.drops["socket"] += 1
                return
            if len(source) > _PLAIN_ADDRESS:
                source = source[:_PLAIN_ADDRESS]
            try:
                self._sort(length, source)
            except Exception:  # noqa: BLE001 (the edge of the loop: no datagram may end a call)
                self.drops["failed"] += 1
                _log.exception("datagram-failed")

    def _sort(self, length: int, source: Address) -> None:
        """Tell media from the rest by the first octets (RFC 7983, RFC 5761)."""
        octets = self._memory.octets
        if length == 0:
            self.drops["empty"] += 1
        elif octets[0] >> 6 != 2:  # noqa: PLR2004 (the version of RTP)
            self._other(bytes(octets[:length]), source)
        elif source not in self._legs or length < _HEADER:
            self.drops["stranger"] += 1
        elif 192 <= octets[1] < 224:  # noqa: PLR2004 (RFC 5761, 4)
            self._legs[source].take_rtcp(bytes(octets[:length]), time.monotonic())
        else:
            self._legs[source].take_rtp(self._memory, length, time.monotonic())
