"""The way out of the socket, with the one buffer in which packets are sealed."""

from __future__ import annotations

import socket
from collections import Counter
from typing import Any

from webrtc.engine.srtp import Memory
from webrtc.stun import Address


class Outlet:
    """Where every leg of an engine sends."""

    def __init__(self, udp: socket.socket) -> None:
        self.drops: Counter[str] = Counter()
        self.memory = Memory()
        self.sendto: Any = udp.sendto  # bound once: a packet has no time to look things up

    def send(self, datagram: bytes | memoryview, address: Address) -> None:
        """Send one datagram; a destination that cannot be reached is that destination's loss."""
        try:
            self.sendto(datagram, address)
        except OSError:
            self.drops["unsent"] += 1
