"""One encrypted way between a browser's peer connection and us."""

from __future__ import annotations

from typing import Any

from pylibsrtp import Error as SrtpError
from pylibsrtp import Session

from webrtc.engine import srtp
from webrtc.engine.feedback import Item, read
from webrtc.engine.interface import Keys
from webrtc.engine.outlet import Outlet
from webrtc.engine.srtp import Memory
from webrtc.stun import Address


class RelayLeg:
    """Where the browser is, and the keys that DTLS agreed on."""

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        self.address: Address | None = None
        self.opening: Any = None  #: libsrtp's handle, once there are keys
        self.sealing: Any = None  #: the same for the way out, once there is an address as well
        self._inbound: Session | None = None
        self._outbound: Session | None = None

    def secure(self, keys: Keys) -> None:
        """Begin: from now on there are keys."""
        self._inbound, self._outbound = srtp.inbound(keys), srtp.outbound(keys)
        self.opening = srtp.context_of(self._inbound)
        self._open()

    def move(self, address: Address) -> None:
        """Send to this address from now on."""
        self.address = address
        self._open()

    def take_rtp(self, memory: Memory, length: int, now: float) -> None:
        """Take the packet in the memory; a way that only goes out ignores it."""

    def take_rtcp(self, datagram: bytes, now: float) -> None:
        """Take a control packet and do what each of its items asks."""
        if self._inbound is None:
            return
        try:
            compound = bytes(self._inbound.unprotect_rtcp(datagram))
        except SrtpError:
            self.outlet.drops["forged"] += 1
            return
        for item in read(compound):
            self.obey(item, now)

    def obey(self, item: Item, now: float) -> None:
        """Act on one item of feedback."""

    def tick(self, now: float) -> None:
        """Send the feedback that is due."""

    def send_rtcp(self, packet: bytes) -> None:
        """Send a control packet, if the way is open."""
        if self._outbound is not None and self.address is not None:
            self.outlet.send(bytes(self._outbound.protect_rtcp(packet)), self.address)

    def _open(self) -> None:
        if self._outbound is not None and self.address is not None:
            self.sealing = srtp.context_of(self._outbound)
