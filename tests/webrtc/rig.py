"""An engine on a real socket, with browsers that are a socket and keys, for tests of any engine."""

import dataclasses
import os
import select
import socket
import struct
import time
from collections.abc import Callable

from pylibsrtp import Policy, Session

from webrtc import rtp
from webrtc.engine import feedback
from webrtc.engine.interface import Engine, Keys, MediaKind, Other
from webrtc.engine.relay import RelayEngine
from webrtc.lines import IncomingLine, OutgoingLine

Make = Callable[[socket.socket, Other], Engine]
ENGINES: list[type[RelayEngine]] = [RelayEngine]
GCM = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
NUMBERS = {rtp.MID: 1, rtp.TRANSPORT_SEQUENCE: 4, rtp.AUDIO_LEVEL: 7}
LAYERED = NUMBERS | {rtp.RID: 5, rtp.REPAIRED_RID: 6}
RIDS = {"l": 1000, "m": 2000, "h": 3000}  #: SSRCs; one more for their RTX
_SOON = 5.0  # seconds within which the loopback delivers, on the slowest machine


class Browser:
    """One peer connection's far end."""

    def __init__(self, rig, leg) -> None:
        self.rig, self.leg = rig, leg
        self.socket = _a_socket()
        self.address = self.socket.getsockname()
        self._stamp = 0
        here, there = os.urandom(28), os.urandom(28)
        self._out = _session(there, Policy.SSRC_ANY_OUTBOUND)
        self._in = _session(here, Policy.SSRC_ANY_INBOUND)
        leg.secure(Keys(profile="gcm-128", inbound=there, outbound=here))
        leg.move(self.address)
        rig.engine.bind(self.address, leg)

    def send(
        self,
        sequence,
        payload=b"x",
        *,
        ssrc=7,
        kind=96,
        marker=False,
        timestamp=0,
        mid="",
        rid="",
        repaired="",
        level: int | None = None,
        read=True,
    ):
        """Send a media packet as a browser does, with a transport-wide number."""
        names = {1: mid, 5: rid, 6: repaired}
        elements = {4: struct.pack("!H", self._stamp)}
        elements |= {} if level is None else {7: bytes([level])}
        elements |= {number: name.encode() for number, name in names.items() if name}
        self._stamp += 1
        second = kind | 0x80 if marker else kind
        header = rtp.HEADER.pack(0x90, second, sequence & 0xFFFF, timestamp, ssrc)
        sealed = self._out.protect(header + rtp.extension_block(elements) + payload)
        self.throw(sealed, read=read)

    def tell(self, packet: bytes):
        """Send a control packet."""
        self.throw(self._out.protect_rtcp(packet))

    def throw(self, datagram: bytes, *, read=True):
        self.socket.sendto(datagram, self.rig.address)
        if read:
            self.rig.listen()

    def heard(self) -> tuple[list[bytes], list[bytes]]:
        """Take what has come: media and control packets in the clear."""
        media, control = [], []
        while select.select([self.socket], [], [], 0)[0]:
            datagram = self.socket.recv(2048)
            if 192 <= datagram[1] < 224:
                control.append(self._in.unprotect_rtcp(datagram))
            else:
                media.append(self._in.unprotect(datagram))
        return media, control

    def media(self) -> list[bytes]:
        return self.heard()[0]

    def sealed(self) -> list[bytes]:
        """Take the media packets that have come as they came."""
        came = []
        while select.select([self.socket], [], [], 0)[0]:
            came.append(self.socket.recv(2048))
        return [datagram for datagram in came if not 192 <= datagram[1] < 224]

    def told(self) -> list:
        """Take the items of the control packets that have come."""
        return [item for packet in self.heard()[1] for item in feedback.read(packet)]


class Basket:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.packets: list = []
        self.marks: list = []

    def write(self, packet, now):  # noqa: ARG002 (the face of a sink)
        self.packets.append(packet)

    def mark(self, report):
        self.marks.append(report)


class Rig:
    """The engine under test."""

    def __init__(self, make) -> None:
        self.socket = _a_socket()
        self.socket.setblocking(False)  # noqa: FBT003 (the standard library's own signature)
        self.address = self.socket.getsockname()
        self.others: list = []
        self.engine: Engine = make(self.socket, lambda *what: self.others.append(what))
        self._browsers: list[Browser] = []

    def publisher(
        self, *kinds: MediaKind, ssrc: int | None = 7, repair: int | None = 8, resends=True
    ):
        """A browser that sends one line of each kind, video by default."""
        up = self.engine.uplink()
        browser = self._a_browser(up)
        for at, kind in enumerate(kinds or ("video",)):
            line = IncomingLine(
                mid=str(at),
                payload_type=96,
                repair_type=97,
                ssrc=None if ssrc is None else ssrc + 10 * at,
                repair_ssrc=None if repair is None else repair + 10 * at,
                extensions=NUMBERS,
                resends=resends,
            )
            up.settle(up.add("wang", kind), line)
        return browser

    def layered(self, *rids: str):
        """A browser that sends one video line in these layers, whose SSRCs no offer tells."""
        up = self.engine.uplink()
        line = IncomingLine(
            mid="0",
            payload_type=96,
            repair_type=97,
            ssrc=None,
            repair_ssrc=None,
            extensions=LAYERED,
            resends=True,
        )
        browser = self._a_browser(up)
        up.settle(up.add("wang", "video", rids or tuple(RIDS)), line)
        return browser

    def subscriber(self, *streams, **facts):
        """A browser that is shown these streams, under the SSRCs 100, 110 and so on."""
        browser = self._a_browser(self.engine.downlink())
        for at, stream in enumerate(streams):
            usual = {"repair_type": None} if stream.kind == "audio" else {}
            browser.leg.carry(stream, a_line(at, **usual | facts))
        return browser

    def listen(self):
        """Let the engine read what has just been sent to it."""
        assert select.select([self.socket], [], [], _SOON)[0]
        self.engine.read()

    def close(self):
        for browser in self._browsers:
            browser.socket.close()
        self.socket.close()

    def _a_browser(self, leg):
        self._browsers.append(Browser(self, leg))
        return self._browsers[-1]


def a_line(at: int = 0, **facts) -> OutgoingLine:
    """The way of a stream to a subscriber, with RTX and transport-wide numbers."""
    usual = OutgoingLine(
        mid=str(at),
        payload_type=97,
        repair_type=98,
        ssrc=100 + 10 * at,
        repair_ssrc=101 + 10 * at,
        extensions=NUMBERS,
        resends=True,
    )
    return dataclasses.replace(usual, **facts)


def later(seconds: float) -> float:
    """The engine's time so many seconds from now."""
    return time.monotonic() + seconds


def parts(packet: bytes) -> tuple[tuple[int, ...], int | None, bytes]:
    """Give a packet's header, transport-wide number and payload."""
    extensions, start, end = rtp.payload_bounds(packet, len(packet))
    stamp = rtp.transport_sequence(bytearray(packet), extensions, start, 4)
    return rtp.HEADER.unpack_from(packet), stamp, packet[start:end]


def _a_socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made


def _session(key: bytes, direction: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=GCM)
    policy.window_size = 1024
    return Session(policy)


def a_picture(number: int, *, whole: bool = False, base: int = 0, last: bytes = b"") -> bytes:
    """A VP8 payload with picture number and temporal layers, as Chromium describes it."""
    return (
        struct.pack("!BBHBB", 0x90, 0xE0, 0x8000 | number, base, 0)
        + (b"\x10" if whole else b"\x11")
        + last
    )
