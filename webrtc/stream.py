"""One stream that a participant publishes: what arrived, what is missing, who gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from webrtc.feedback import Reception, SenderReport
from webrtc.rtp import CLOCKS

_CACHE = 1024  # packets: about five seconds of video, longer than anybody asks for
_GAP = 300  # packets; a longer gap is an interruption and not worth asking for
_FIRST_ASK, _NEXT_ASK, _GIVE_UP, _ASKS = 0.010, 0.080, 1.0, 10  # seconds x 3, times
_KEYFRAME_EVERY = 0.5  # seconds between two requests
_HALF = 0x8000


MediaKind = Literal["audio", "video"]


class Packet(NamedTuple):
    """One RTP packet in the clear, without its header extensions."""

    sequence: int
    marker: bool
    timestamp: int
    payload: bytes


class Sink(Protocol):
    """Whoever gets a stream's packets, in the order of arrival, at once."""

    def write(self, packet: Packet, now: float) -> None:
        """Take one packet; never waits."""
        ...

    def mark(self, report: SenderReport) -> None:
        """Take the publisher's clock mark."""
        ...


@dataclass(slots=True)
class Missing:
    """A packet that others overtook."""

    since: float
    asked: int = 0
    last: float = 0.0


class Stream:
    """A participant's audio or video."""

    def __init__(
        self, participant: str, kind: MediaKind, ask_keyframe: Callable[[int], None]
    ) -> None:
        self.participant = participant
        self.kind = kind
        self.ssrc: int | None = None  #: known from the offer or from the first packet
        self.sinks: list[Sink] = []
        self.report: SenderReport | None = None
        self.received = self.octets = self.duplicates = self.recovered = 0
        self._ask_keyframe = ask_keyframe
        self._asked_keyframe = float("-inf")
        self._reported_at = 0.0
        self._cache: list[Packet | None] = [None] * _CACHE
        self._missing: dict[int, Missing] = {}
        self._first = self._highest = -1  # extended by the number of wrap-arounds
        self._before = (0, 0)  # expected, received at the last receiver report
        self._jitter = self._transit = 0.0

    def take(self, packet: Packet, now: float, *, repaired: bool = False) -> None:
        """Count a packet and give it to every sink, unless it was there before."""
        if not self._is_news(packet.sequence, now, repaired=repaired):
            self.duplicates += not repaired
            return
        self.received += 1
        self.octets += len(packet.payload)
        self._measure_jitter(packet.timestamp, now)
        self._cache[packet.sequence % _CACHE] = packet
        for sink in self.sinks:
            sink.write(packet, now)

    def take_report(self, report: SenderReport, now: float) -> None:
        """Keep the publisher's clock mark and pass it on."""
        self.report, self._reported_at = report, now
        for sink in self.sinks:
            sink.mark(report)

    def feed(self, sink: Sink, now: float) -> None:
        """Give everything to one more sink, beginning with a whole picture."""
        self.sinks = [*self.sinks, sink]
        if self.report is not None:
            sink.mark(self.report)
        self._asked_keyframe = float("-inf")
        self.want_keyframe(now)

    def starve(self, sink: Sink) -> None:
        """Give nothing more to a sink."""
        self.sinks = [other for other in self.sinks if other is not sink]

    def cached(self, sequence: int) -> Packet | None:
        """Find a packet of the last seconds."""
        packet = self._cache[sequence % _CACHE]
        return packet if packet is not None and packet.sequence == sequence else None

    def want_keyframe(self, now: float) -> None:
        """Ask the publisher for a whole picture, but not more often than it can make one."""
        if (
            self.kind != "video"
            or self.ssrc is None
            or now - self._asked_keyframe < _KEYFRAME_EVERY
        ):
            return
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
        transit = now * CLOCKS[self.kind] - timestamp
        if self._transit:
            self._jitter += (min(abs(transit - self._transit), 1e6) - self._jitter) / 16
        self._transit = transit
