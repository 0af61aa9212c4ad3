"""A stream on its way to one subscriber: a new header, the same payload (RFC 7667, 3.7)."""

from __future__ import annotations

import secrets
import struct
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from webrtc import rtp
from webrtc.engine import feedback
from webrtc.engine.follower import Follower, renumber
from webrtc.engine.interface import SenderReport
from webrtc.engine.pacing import Held
from webrtc.lines import OutgoingLine
from webrtc.pictures import Picture

if TYPE_CHECKING:  # a copy knows its way down and where it is copied from, and they know it
    from webrtc.engine.downlink import RelayDownlink
    from webrtc.engine.stream import RelayStream

_FIRST = 0x90 << 24  # version 2, with header extensions
_PADDED = 0x20 << 24  # the bit that says so
_PADDING = bytes(254) + b"\xff"  # as much as a packet can say of itself (RFC 3550, 5.1)
_HALF = 0x8000
_AGAIN_AFTER = 0.02  # seconds at least, else a round trip: sooner nobody can miss it once more
_MARKS = 4  # remembered: a report may answer one before the last
_AT_ONCE = 128  # packets that one request may cost; a browser asks again for what it still misses
_REMEMBERED = 256
KEPT = 64  #: packets of sound: more than a second, longer than anybody waits for one

Sealed = tuple[int, int, bytes]  #: sequence, transport-wide number, the octets that went out


class Copy(Follower):
    """One copy of a stream.

    GCM must never seal two different packets under one nonce.  So a packet that is sent again goes
    as RTX under an SSRC of its own (RFC 4588), with a transport-wide number of its own; where there
    is no RTX, as for sound, the very octets go out again that went before.
    """

    def __init__(self, stream: RelayStream, line: OutgoingLine, way: RelayDownlink) -> None:
        super().__init__(stream)
        self.way = way
        self.ssrc = line.ssrc
        self.packets = self.octets = self.resent = 0
        self._marked: deque[tuple[int, float]] = deque(maxlen=_MARKS)
        self.stamped = rtp.TRANSPORT_SEQUENCE in line.extensions
        self.word = _FIRST | line.payload_type << 16  #: of a header, without marker and sequence
        block, layout = _extensions(line, stamped=self.stamped)
        self.head = struct.pack("!I", line.ssrc) + block  #: what is the same in every packet
        self.pack_into: Any = layout.pack_into
        self.size: int = layout.size
        self.repair_word = _FIRST | line.repair_type << 16 if line.repair_type else 0
        self.repair_head = struct.pack("!I", line.repair_ssrc) + block
        again = line.resends and stream.kind == "audio"
        self.kept: list[Sealed] | None = [(-1, 0, b"")] * KEPT if again else None
        self._repair_sequence = secrets.randbelow(_HALF)
        self._repaired = [(-1, 0.0)] * _REMEMBERED  # sequence and time

    @override
    def mark(self, report: SenderReport) -> None:
        if self.stretch is not None:
            self._marked.append((report.middle, time.monotonic()))
            counts = {"packets": self.packets, "octets": self.octets}
            seen = self.stretch.seen(report)
            self.way.send_rtcp(feedback.sender_report(self.ssrc, seen, **counts))

    def round_trip(self, seen: feedback.Reception, now: float) -> float | None:
        """Give the seconds there and back that a receiver report tells of (RFC 3550, 6.4.1)."""
        for middle, at in self._marked:
            if middle == seen.last_report:
                return max(0.0, now - at - seen.since_report / 65536)
        return None

    def resend(self, sequences: tuple[int, ...], now: float) -> None:
        """Send packets again; what we miss ourselves is left to the way up."""
        if self.level < 0:  # a picture that comes back begins with a whole one
            return
        again = self._repair if self.repair_word else self._repeat
        wait = max(_AGAIN_AFTER, self.way.round_trip)
        for sequence in sequences[:_AT_ONCE]:
            last, at = self._repaired[sequence % _REMEMBERED]
            if last != sequence or now - at >= wait:
                self._repaired[sequence % _REMEMBERED] = (sequence, now)
                again(sequence, now)

    def _repeat(self, sequence: int, _: float) -> None:
        """Send the octets of a packet once more; when they arrive says nothing about the line."""
        number, stamp, sealed = self.kept[sequence % KEPT] if self.kept else (-1, 0, b"")
        if number == sequence:
            if self.stamped:
                self.way.forget(stamp)
            self.way.send(sealed)
            self.resent += 1

    def _repair(self, sequence: int, now: float) -> None:
        """Send one packet again, if it went out here and we still have it."""
        shift = self.stretch_of(sequence)
        packet = shift and shift.layer.cached(shift.inside(sequence))
        if not shift or not packet:
            return
        _, marker, timestamp, original = packet
        payload = bytearray(sequence.to_bytes(2, "big") + original)
        if shift.layer.shifts:
            renumber(payload, 2, shift.layer.codec.picture(original), shift)
        word = self.repair_word | marker << 16 | self._next_repair()
        ticks = (timestamp + shift.timestamp) & 0xFFFFFFFF
        self.way.send_again(Held(self, word, ticks, self.repair_head, payload), now)
        self.resent += 1

    def hold(self, word: int, ticks: int, payload: bytes, picture: Picture | None) -> None:
        """Let a packet wait until the line takes it."""
        waits: bytes | bytearray = payload
        if self.stretch is not None and picture is not None:
            waits = bytearray(payload)
            renumber(waits, 0, picture, self.stretch)
        self.way.hold(Held(self, self.word | word, ticks, self.head, waits))

    def pad(self, now: float) -> int:
        """Send a packet of nothing but padding (RFC 4588, 8.5); give its octets."""
        word = self.repair_word | _PADDED | self._next_repair()
        self.emit(Held(self, word, 0, self.repair_head, _PADDING), now)
        return self.size + len(_PADDING)

    def _next_repair(self) -> int:
        number = self._repair_sequence
        self._repair_sequence = (number + 1) & 0xFFFF
        return number

    def emit(self, held: Held, now: float) -> None:
        """Send a packet that waited, or that is not on the fast path."""
        stamp = (self.way.stamp_next(now, self.size + len(held.payload)),) if self.stamped else ()
        header = bytearray(self.size)
        self.pack_into(header, 0, held.word, held.timestamp, held.head, *stamp)
        self.way.send_rtp(bytes(header), bytes(held.payload))
        if held.head is self.head:
            self.packets += 1
            self.octets += len(held.payload)


def _extensions(line: OutgoingLine, *, stamped: bool) -> tuple[bytes, struct.Struct]:
    """Give the extension block up to the transport-wide number, and the layout of a header."""
    elements = {line.extensions[rtp.MID]: line.mid.encode()} if rtp.MID in line.extensions else {}
    if not stamped:
        block = rtp.extension_block(elements)
        return block, struct.Struct(f"!II{4 + len(block)}s")
    number = line.extensions[rtp.TRANSPORT_SEQUENCE]
    block = rtp.extension_block(elements | {number: bytes(2)})
    place = sum(1 + len(value) for value in elements.values()) + 4 + 1
    return block[:place], struct.Struct(f"!II{4 + place}sH{len(block) - place - 2}x")
