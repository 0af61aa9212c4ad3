"""One encoding of a stream: what arrived, what is missing, and the copies that go out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webrtc.engine.copy import Copy
from webrtc.engine.feedback import Reception
from webrtc.engine.interface import MediaKind, Packet, SenderReport, Sink
from webrtc.engine.srtp import DATAGRAM, protect
from webrtc.rtp import CLOCKS

CACHE = 1024  #: packets: about five seconds of video, longer than anybody asks for
SENT = 4096  #: packets that a way down remembers
_GAP = 300  # packets; a longer gap is an interruption and not worth asking for
_FIRST_ASK, _NEXT_ASK, _GIVE_UP, _ASKS = 0.010, 0.080, 1.0, 10  # seconds x 3, times
_KEYFRAME_EVERY = 0.25  # seconds between two requests
_HALF = 0x8000
_MARKER = 0x80
_FURTHEST = 1e6  # ticks of jitter that are believed

Cached = tuple[int, int, int, bytes]  #: sequence, marker bit, timestamp, payload


@dataclass(slots=True)
class Missing:
    """A packet that others overtook."""

    since: float
    asked: int = 0
    last: float = 0.0


class Layer:
    """What comes in under one SSRC."""

    def __init__(self, kind: MediaKind, ask_keyframe: Callable[[int], None]) -> None:
        self.kind = kind
        self.ssrc: int | None = None  #: known from the offer or from the first packet
        self.copies: list[Copy] = []
        self.sinks: list[Sink] = []
        self.report: SenderReport | None = None
        self.received = self.octets = self.duplicates = self.recovered = 0
        self._ask_keyframe = ask_keyframe
        self._asked_keyframe = float("-inf")
        self._wants_keyframe = False
        self._reported_at = 0.0
        self._cache: list[Cached | None] = [None] * CACHE
        self._missing: dict[int, Missing] = {}
        self._first = self._highest = -1  # extended by the number of wrap-arounds
        self._before = (0, 0)  # expected, received at the last receiver report
        self._jitter = self._transit = 0.0
        self._timestamp = -1

    def take(
        self,
        sequence: int,
        marker: int,
        timestamp: int,
        payload: bytes,
        now: float,
        *,
        repaired: bool = False,
    ) -> None:
        """Count a packet and send it on to everybody, unless it was there before."""
        if (sequence - self._highest) & 0xFFFF == 1 and not repaired and self._highest >= 0:
            self._highest += 1
        elif not self._is_news(sequence, now, repaired=repaired):
            self.duplicates += not repaired
            return
        self.received += 1
        self.octets += len(payload)
        if timestamp != self._timestamp:
            self._measure_jitter(timestamp, now)
        self._cache[sequence % CACHE] = (sequence, marker, timestamp, payload)
        if self.copies:
            self._send(sequence, marker, timestamp, payload, now)
        if self.sinks:
            packet = Packet(sequence, bool(marker), timestamp, payload)
            for sink in self.sinks:
                sink.write(packet, now)

    def _send(self, sequence: int, marker: int, timestamp: int, payload: bytes, now: float) -> None:
        """Write, seal and send one packet for every copy: the loop that all the time goes into."""
        outlet = self.copies[0].way.outlet
        memory, sendto = outlet.memory, outlet.sendto
        octets, view, pointer, length = memory.octets, memory.view, memory.pointer, memory.length
        size = len(payload)
        word = marker << 16 | sequence
        for copy in self.copies:
            way = copy.way
            start = copy.size
            end = start + size
            if way.sealing is None or end > DATAGRAM:
                continue
            if copy.stamped:
                stamp = way.stamp
                way.stamp = stamp + 1 & 0xFFFF
                way.sent[stamp % SENT] = (stamp, now, end)
                copy.pack_into(octets, 0, copy.word | word, timestamp, copy.head, stamp)
            else:
                copy.pack_into(octets, 0, copy.word | word, timestamp, copy.head)
            view[start:end] = payload
            length[0] = end
            if protect(way.sealing, pointer, length):
                outlet.drops["unsealed"] += 1
                continue
            try:
                sendto(view[: length[0]], way.address)
            except OSError:
                outlet.drops["unsent"] += 1
            copy.packets += 1
            copy.octets += size

    def take_report(self, report: SenderReport, now: float) -> None:
        """Keep the publisher's clock mark and pass it on."""
        self.report, self._reported_at = report, now
        for copy in self.copies:
            copy.mark(report)
        for sink in self.sinks:
            sink.mark(report)

    def cached(self, sequence: int) -> Cached | None:
        """Find a packet of the last seconds."""
        packet = self._cache[sequence % CACHE]
        return packet if packet is not None and packet[0] == sequence else None

    def want_keyframe(self, now: float) -> None:
        """Ask for a whole picture; a wish that comes too soon is granted as soon as it may be."""
        if self.kind == "video":
            self._wants_keyframe = True
            self.tick(now)

    def tick(self, now: float) -> None:
        """Ask for the whole picture that is wanted, but not more often than one can be made."""
        if (
            self._wants_keyframe
            and self.ssrc is not None
            and now - self._asked_keyframe >= _KEYFRAME_EVERY
        ):
            self._wants_keyframe = False
            self._asked_keyframe = now
            self._ask_keyframe(self.ssrc)

    def overdue(self, now: float) -> list[int]:
        """Name the packets to ask for now; give up on those that are too late."""
        due = []
        for sequence, lost in list(self._missing.items()):
            if now - lost.since > _GIVE_UP or lost.asked >= _ASKS:
                del self._missing[sequence]
            elif now - (lost.last or lost.since) >= (_NEXT_ASK if lost.asked else _FIRST_ASK):
                lost.asked += 1
                lost.last = now
                due.append(sequence)
        return due

    def reception(self, now: float) -> Reception | None:
        """Sum up the time since the last call for a receiver report (RFC 3550, A.3)."""
        if self.ssrc is None or self._highest < 0:
            return None
        expected = self._highest - self._first + 1
        span, got = expected - self._before[0], self.received - self._before[1]
        self._before = (expected, self.received)
        return Reception(
            ssrc=self.ssrc,
            fraction_lost=max(0, min(255, (span - got) * 256 // span)) if span > 0 else 0,
            lost=max(0, expected - self.received),
            highest=self._highest,
            jitter=int(self._jitter),
            last_report=self.report.middle if self.report else 0,
            since_report=int((now - self._reported_at) * 65536) if self.report else 0,
        )

    def _is_news(self, sequence: int, now: float, *, repaired: bool) -> bool:
        if self._highest < 0:
            self._first = self._highest = sequence
            return True
        ahead = (sequence - self._highest) & 0xFFFF
        if 0 < ahead < _HALF:
            if repaired:  # a probe made of a packet that never came itself
                return False
            self._note_gap(ahead, now)
            self._highest += ahead
            return True
        lost = self._missing.pop(sequence, None)
        self.recovered += lost is not None
        return lost is not None

    def _note_gap(self, ahead: int, now: float) -> None:
        if ahead > _GAP:
            self._missing.clear()
            self.want_keyframe(now)
            return
        for step in range(1, ahead):
            self._missing[(self._highest + step) & 0xFFFF] = Missing(now)

    def _measure_jitter(self, timestamp: int, now: float) -> None:
        """Compare with the picture or sound before; its other packets left at the same time."""
        self._timestamp = timestamp
        transit = now * CLOCKS[self.kind] - timestamp
        if self._transit:
            step = min(abs(transit - self._transit), _FURTHEST)
            self._jitter += (step - self._jitter) / 16
        self._transit = transit
