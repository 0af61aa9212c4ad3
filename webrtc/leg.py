"""One encrypted way between a browser's peer connection and us."""

from __future__ import annotations

from pylibsrtp import Error as SrtpError

from webrtc.agent import LiteAgent
from webrtc.feedback import Item, read
from webrtc.srtp import Opener, Sealer


class Leg:
    """The agent that knows where the browser is, and the keys that DTLS agreed on."""

    def __init__(self, agent: LiteAgent) -> None:
        self.agent = agent
        self.opener: Opener | None = None
        self.sealer: Sealer | None = None

    def secure(self, opener: Opener, sealer: Sealer) -> None:
        """Begin: from now on there are keys."""
        self.opener, self.sealer = opener, sealer
        self.agent.taker = self

    def take_rtp(self, length: int, now: float) -> None:
        """Take an RTP packet; a way that only goes out ignores it."""

    def take_rtcp(self, datagram: bytes, now: float) -> None:
        """Take a control packet and do what each of its items asks."""
        if self.opener is None:
            return
        try:
            compound = self.opener.rtcp(datagram)
        except SrtpError:
            self.agent.port.drops["forged"] += 1
            return
        for item in read(compound):
            self.obey(item, now)

    def obey(self, item: Item, now: float) -> None:
        """Act on one item of feedback."""

    def send_rtcp(self, packet: bytes) -> None:
        """Send a control packet, if the way is open."""
        if self.sealer is not None and self.agent.address is not None:
            self.agent.port.send(self.sealer.rtcp(packet), self.agent.address)

    def send_rtp(self, header: bytes, payload: bytes) -> None:
        """Send a media packet, if the way is open."""
        if self.sealer is None or self.agent.address is None:
            return
        sealed = self.sealer.rtp(header, payload)
        if sealed is not None:
            self.agent.port.send(sealed, self.agent.address)
