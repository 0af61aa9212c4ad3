"""A subscriber: opens everything, tells what arrived as a browser does, and measures the way."""

from __future__ import annotations

import fcntl
import struct
from array import array
from collections import deque

from typing_extensions import override

from tests.bench.load import reports
from tests.bench.load.descriptions import TRANSPORT, Description
from tests.bench.load.peer import OCTETS, Identity, Peer
from tests.bench.load.sending import MARK, STAMP

HEADER = struct.Struct("!BBHII")
_MOMENT = struct.Struct("@qq")
_ARRIVED = 0x8907  # SIOCGSTAMPNS: when the kernel took the packet that was read last
_ARRIVALS_EVERY, _REPORT_EVERY, _ASK_AFTER, _GIVE_UP = 0.06, 1.0, 0.02, 1.0  # seconds
_SAMPLE = 4  # of so many packets one is measured: asking the kernel costs as much as reading
_HALF = 0x8000


class Arriving:
    """One stream as it arrives."""

    __slots__ = ("count", "lost", "missing", "next", "repaired", "ssrc", "turns")

    def __init__(self, ssrc: int, sequence: int) -> None:
        self.ssrc, self.next, self.turns = ssrc, sequence, 0
        self.count = self.repaired = self.lost = 0
        self.missing: dict[int, float] = {}


class Receiver(Peer):
    """Somebody's screen and loudspeaker."""

    def __init__(self, identity: Identity, profile: str) -> None:
        super().__init__(identity, profile)
        self.streams: dict[int, Arriving] = {}
        self.received = self.octets = self.asked = 0
        self.micros = array("d")  #: of the measured packets, on their way through the server
        self._repairs: set[int] = set()
        self._transport = 0
        self._tag = -1
        self._seen: dict[int, float] = {}
        self._last, self._feedback = 0, 0
        self._next_arrivals = self._next_report = 0.0
        self._moment = bytearray(_MOMENT.size)
        self._due: deque[float] = deque()

    def settle(self, offered: Description) -> None:
        """Learn which extension carries the transport-wide number, and which types are RTX."""
        for section in offered.sections:
            self._transport = section.extensions.get(TRANSPORT, self._transport)
            if section.repair_type is not None:
                self._repairs.add(section.repair_type)
        self._tag = self._transport << 4 | 1

    def forget_figures(self) -> None:
        """Begin to count anew."""
        self.received = self.octets = self.asked = self.forged = 0
        self.micros = array("d")
        for stream in self.streams.values():
            stream.count = stream.repaired = stream.lost = 0

    @override
    def take_rtp(self, length: int, now: float) -> None:
        """Count a packet, note when it arrived, and measure every fourth."""
        first, second, sequence, _, ssrc = HEADER.unpack_from(OCTETS)
        self.received += 1
        self.octets += length
        if first & 0x10 and self._transport:
            self._note(now)
        if second & 0x7F in self._repairs:
            self._repair(length)
            return
        stream = self.streams.get(ssrc)
        if stream is None:
            stream = self.streams[ssrc] = Arriving(ssrc, sequence)
        stream.count += 1
        if sequence == stream.next:
            stream.next = (sequence + 1) & 0xFFFF
            stream.turns += not stream.next
        else:
            self._out_of_order(stream, sequence, now)
        if not self.received % _SAMPLE and length > 52:
            self._measure(length)

    @override
    def tick(self, now: float) -> None:
        """Send the feedback that is due."""
        super().tick(now)
        if self.transmit is None:
            return
        if now >= self._next_arrivals:
            self._next_arrivals = now + _ARRIVALS_EVERY
            self._send_arrivals()
            self._ask_again(now)
        if now >= self._next_report and self.streams:
            self._next_report = now + _REPORT_EVERY
            tops = [(s.ssrc, s.turns << 16 | (s.next - 1) & 0xFFFF) for s in self.streams.values()]
            self.send_rtcp(reports.receiver_report(tops))

    def _note(self, now: float) -> None:
        """Find the transport-wide number: a short walk through the header's extensions."""
        at, end = 16, 16 + 4 * (OCTETS[14] << 8 | OCTETS[15])
        while at < end:
            tag = OCTETS[at]
            if tag == self._tag:
                number = OCTETS[at + 1] << 8 | OCTETS[at + 2]
                ahead = (number - self._last + _HALF & 0xFFFF) - _HALF
                number = self._last + ahead
                self._seen[number] = now
                if ahead > 0:
                    self._last = number
                return
            at += (tag & 15) + 2 if tag else 1

    def _out_of_order(self, stream: Arriving, sequence: int, now: float) -> None:
        ahead = sequence - stream.next & 0xFFFF
        if ahead >= _HALF:
            stream.missing.pop(sequence, None)
            return
        for step in range(min(ahead, 1000)):
            stream.missing[stream.next + step & 0xFFFF] = now
            stream.lost += 1
        stream.turns += sequence + 1 < stream.next
        stream.next = (sequence + 1) & 0xFFFF

    def _repair(self, length: int) -> None:
        at = 16 + 4 * (OCTETS[14] << 8 | OCTETS[15]) if OCTETS[0] & 0x10 else 12
        if length < at + 3:
            return
        sequence = OCTETS[at] << 8 | OCTETS[at + 1]
        for stream in self.streams.values():
            if stream.missing.pop(sequence, None) is not None:
                stream.repaired += 1

    def _measure(self, length: int) -> None:
        mark, sent = STAMP.unpack_from(OCTETS, length - STAMP.size)
        if mark != MARK:
            return
        try:
            fcntl.ioctl(self.socket, _ARRIVED, self._moment)
        except OSError:  # the first question only turns the kernel's clock on
            return
        seconds, nanos = _MOMENT.unpack(self._moment)
        self.micros.append((seconds * 1_000_000_000 + nanos - sent) / 1000)

    def _send_arrivals(self) -> None:
        if self._seen and self.streams:
            ssrc = next(iter(self.streams))
            self.send_rtcp(reports.arrivals(ssrc, self._feedback, self._seen))
            self._feedback += 1
            self._seen = {}

    def _ask_again(self, now: float) -> None:
        for stream in self.streams.values():
            if not stream.missing:
                continue
            late = [s for s, since in stream.missing.items() if now - since > _GIVE_UP]
            for sequence in late:
                del stream.missing[sequence]
            due = [s for s, since in stream.missing.items() if now - since > _ASK_AFTER][:50]
            if due:
                self.asked += len(due)
                self.send_rtcp(reports.missing(stream.ssrc, due))
