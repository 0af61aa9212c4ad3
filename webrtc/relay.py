"""A stream on its way to one subscriber: a new header, the same payload (RFC 7667, 3.7)."""

from __future__ import annotations

import secrets
import struct
from typing import Protocol

from webrtc import feedback, rtp
from webrtc.congestion import SendLog
from webrtc.feedback import SenderReport
from webrtc.lines import OutgoingLine
from webrtc.stream import Packet, Stream

_PLAIN = 0x90  # version 2, with header extensions
_NUMBER = 2  # octets of a transport-wide sequence number
_MARKER = 0x80


class Way(Protocol):
    """What a relay needs of the way down."""

    log: SendLog

    def send_rtp(self, header: bytes, payload: bytes) -> None:
        """Send a media packet."""
        ...

    def send_rtcp(self, packet: bytes) -> None:
        """Send a control packet."""
        ...


class Relay:
    """One copy of a stream.

    A packet that is sent again goes as RTX under its own SSRC (RFC 4588): under the original one
    it would carry a new transport-wide number, and GCM must never see a nonce twice.
    """

    def __init__(self, stream: Stream, line: OutgoingLine, way: Way) -> None:
        self.stream = stream
        self.packets = self.octets = self.resent = 0
        self._line = line
        self._way = way
        self._repair_sequence = secrets.randbelow(0x8000)
        self._header = _header(line)
        self._stamped = rtp.TRANSPORT_SEQUENCE in line.extensions

    def write(self, packet: Packet, now: float) -> None:
        """Send one packet on."""
        line = self._line
        self._send(packet, line.payload_type, packet.sequence, line.ssrc, packet.payload, now)
        self.packets += 1
        self.octets += len(packet.payload)

    def mark(self, report: SenderReport) -> None:
        """Pass the publisher's clock mark on, for lip sync."""
        counts = {"packets": self.packets, "octets": self.octets}
        self._way.send_rtcp(feedback.sender_report(self._line.ssrc, report, **counts))

    def resend(self, sequences: tuple[int, ...], now: float) -> None:
        """Send packets again; what we miss ourselves is left to the way up."""
        repair = self._line.repair_type
        for sequence in sequences:
            packet = self.stream.cached(sequence)
            if packet is None or repair is None:
                continue
            payload = sequence.to_bytes(2, "big") + packet.payload
            number, ssrc = self._repair_sequence, self._line.repair_ssrc
            self._repair_sequence = (number + 1) & 0xFFFF
            self._send(packet, repair, number, ssrc, payload, now)
            self.resent += 1

    def _send(
        self, packet: Packet, kind: int, number: int, ssrc: int, payload: bytes, now: float
    ) -> None:
        second = kind | _MARKER if packet.marker else kind
        fields = (_PLAIN, second, number, packet.timestamp, ssrc)
        stamp = (self._way.log.stamp(now),) if self._stamped else ()
        self._way.send_rtp(self._header.pack(*fields, *stamp), payload)


class _Header:
    """A packet header whose extensions are written once, but for the transport-wide number."""

    def __init__(self, before: bytes, after: bytes, *, stamped: bool) -> None:
        self._layout = struct.Struct(f"!BBHII{len(before)}s" + ("H" if stamped else ""))
        self._before, self._after = before, after

    def pack(self, *fields: int) -> bytes:
        first, stamp = fields[:5], fields[5:]
        return self._layout.pack(*first, self._before, *stamp) + self._after


def _header(line: OutgoingLine) -> _Header:
    elements = {line.extensions[rtp.MID]: line.mid.encode()} if rtp.MID in line.extensions else {}
    number = line.extensions.get(rtp.TRANSPORT_SEQUENCE)
    if number is None:
        return _Header(rtp.extension_block(elements), b"", stamped=False)
    block = rtp.extension_block(elements | {number: bytes(_NUMBER)})
    place = sum(1 + len(value) for value in elements.values()) + 4 + 1
    return _Header(block[:place], block[place + _NUMBER :], stamped=True)
