"""What the rooms know of the engine that carries their media; any engine passes the same tests.

An engine owns the way of a packet: socket, SRTP, sorting into streams, loss and repair, congestion
feedback, forwarding.  Offers, ICE, DTLS, rooms, consent and recording stay outside and see packets
only through a :class:`Sink`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from webrtc.codecs import VP8, VideoCodec
from webrtc.lines import IncomingLine, OutgoingLine
from webrtc.stun import Address

MediaKind = Literal["audio", "video"]
Source = Literal["camera", "screen"]  #: camera and microphone, or what somebody shows
Profile = Literal["gcm-128", "cm-sha1-80"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What DTLS agreed on (RFC 5764): master keys with their salts."""

    profile: Profile
    inbound: bytes
    outbound: bytes


class Packet(NamedTuple):
    """One RTP packet in the clear, without its header extensions."""

    sequence: int
    marker: bool
    timestamp: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class SenderReport:
    """A publisher's clock mark: this RTP timestamp was at that NTP time."""

    ssrc: int
    ntp: int  #: 32.32 fixed point seconds
    timestamp: int

    @property
    def middle(self) -> int:
        """The 32 bits that a receiver report echoes."""
        return self.ntp >> 16 & 0xFFFFFFFF


class Sink(Protocol):
    """Whoever gets a stream's packets besides the browsers, in the order of arrival, at once."""

    def write(self, packet: Packet, now: float) -> None:
        """Take one packet; never waits."""
        ...

    def mark(self, report: SenderReport) -> None:
        """Take the publisher's clock mark."""
        ...


class Stream(Protocol):
    """A participant's audio or video, as it comes in."""

    @property
    def participant(self) -> str:
        """Who publishes it."""
        ...

    @property
    def kind(self) -> MediaKind:
        """Sound or picture."""
        ...

    @property
    def source(self) -> Source:
        """Where it comes from."""
        ...

    @property
    def codec(self) -> VideoCodec:
        """How its pictures are sent."""
        ...

    @property
    def ssrc(self) -> int | None:
        """Its number, known from the offer or from the first packet."""
        ...

    @property
    def rates(self) -> tuple[float, ...]:
        """Bits per second of each layer, from low to high; 0 for one that is not sent."""
        ...

    @property
    def received(self) -> int:
        """Packets that came, each counted once."""
        ...

    @property
    def recovered(self) -> int:
        """Packets that were lost on the way up and came when asked for."""
        ...

    @property
    def duplicates(self) -> int:
        """Packets that came again without being asked for."""
        ...

    def take_loudness(self) -> float:
        """Give how loud it was since the last time: 0 silence, 127 the loudest (RFC 6464).

        The browser says so, and may say anything: worth showing, and nothing more.
        """
        ...

    def feed(self, sink: Sink, now: float) -> None:
        """Give everything to one more sink, beginning with a whole picture."""
        ...

    def starve(self, sink: Sink) -> None:
        """Give nothing more to a sink."""
        ...

    def want_keyframe(self, now: float) -> None:
        """Ask the publisher for a whole picture, as soon as it may be asked again."""
        ...


class Leg(Protocol):
    """One encrypted way between a browser's peer connection and us."""

    def secure(self, keys: Keys) -> None:
        """Begin: from now on there are keys."""
        ...

    def move(self, address: Address) -> None:
        """Send to this address from now on."""
        ...

    def tick(self, now: float) -> None:
        """Send the feedback that is due, and what had to wait."""
        ...


class Uplink(Leg, Protocol):
    """What one browser publishes."""

    @property
    def streams(self) -> Sequence[Stream]:
        """The streams, in the order in which they were added."""
        ...

    def add(
        self,
        participant: str,
        kind: MediaKind,
        rids: Sequence[str] = (),
        source: Source = "camera",
        codec: VideoCodec = VP8,
    ) -> Stream:
        """Make the stream of one more m-line, in one layer or in these, from low to high."""
        ...

    def settle(self, stream: Stream, line: IncomingLine) -> None:
        """Learn how to tell this stream's packets from the others'."""
        ...


class Downlink(Leg, Protocol):
    """What one browser is sent."""

    @property
    def resent(self) -> int:
        """How many packets were sent again."""
        ...

    @property
    def loss(self) -> float:
        """The smoothed share of packets lost on the way down, 0 to 1."""
        ...

    @property
    def queueing(self) -> float:
        """Seconds that packets wait on the way beyond the shortest seen."""
        ...

    @property
    def estimate(self) -> float:
        """Bits per second that the line carries, as far as is known."""
        ...

    @property
    def round_trip(self) -> float:
        """Smoothed seconds there and back; 0 until they are known."""
        ...

    def carry(self, stream: Stream, line: OutgoingLine) -> None:
        """Begin to send a stream; asking again for what already goes changes nothing."""
        ...

    def show(self, stream: Stream, level: int) -> None:
        """Send at most this layer from its next whole picture on: 0 the lowest, below 0 none."""
        ...

    def explore(self, now: float) -> None:
        """Find out whether the line carries more than is known; now and then, and unseen."""
        ...

    def drop(self, stream: Stream) -> None:
        """Send nothing more of a stream."""
        ...

    def drop_all(self) -> None:
        """Send nothing more at all."""
        ...


Other = Callable[[bytes, Address], None]


class Engine(Protocol):
    """All legs of a worker on one UDP socket."""

    @property
    def drops(self) -> Counter[str]:
        """What was thrown away, by reason."""
        ...

    def read(self) -> None:
        """Deal with what the socket holds; what is not media goes to the ``other`` of the port."""
        ...

    def send(self, datagram: bytes, address: Address) -> None:
        """Send a datagram as it is; one that cannot be reached is that destination's loss."""
        ...

    def uplink(self) -> Uplink:
        """Open a way for what a browser publishes."""
        ...

    def downlink(self) -> Downlink:
        """Open a way for what a browser is shown."""
        ...

    def bind(self, address: Address, leg: Leg) -> None:
        """Take media from this address as this leg's."""
        ...

    def unbind(self, address: Address) -> None:
        """Take no media from this address any more."""
        ...
