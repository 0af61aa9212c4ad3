"""Transport-wide congestion control: the feedback that lets a browser send more than a trickle.

Format of draft-holmer-rmcat-transport-wide-cc-extensions-01, which every browser speaks.
"""

from __future__ import annotations

import collections
import struct
from collections.abc import Sequence
from typing import NamedTuple

from webrtc.engine.feedback import Arrivals

_TICK = 4000  # a quarter of a millisecond
_REFERENCE = 256  # ticks: 64 ms
_LONGEST = 2000  # packets in one feedback; after a longer gap we begin anew
_RUN, _VECTOR = 7, 0xC000
_SMOOTHING = 0.2
_MOST, _LEAST = 5e6, 5e4  # bits per second
_GROWTH = 0.2  # per second, while nothing queues
_BACK = 0.85  # of what came through, so that the queue drains
_QUEUE, _LONG_QUEUE, _CALM = 0.1, 0.4, 0.025  # seconds of waiting
_SLOWER = 1.1
_OVER, _STRANGE = 1.0, 60.0  # seconds
_IN_A_ROW = 5
_STUCK = 20.0  # seconds before a line that was full is tried with more


class ArrivalLog:
    """When each packet of one publisher arrived."""

    def __init__(self) -> None:
        self.fresh: list[tuple[int, float]] = []  #: number and time, since the last message
        self._next: int | None = None
        self._count = 0

    def feedback(self) -> bytes | None:
        """Write the message about everything since the last one, if there was anything."""
        fresh, self.fresh = self.fresh, []
        if not fresh:
            return None
        start = fresh[0][0] if self._next is None else self._next
        arrived = {start + _signed(seq - start): at for seq, at in fresh}
        arrived = {number: at for number, at in arrived.items() if number >= start}
        if not arrived:
            return None
        last = max(arrived)
        self._next = (last + 1) & 0xFFFF
        if last - start >= _LONGEST:
            return None
        self._count = (self._count + 1) & 0xFF
        times = [arrived.get(number) for number in range(start, last + 1)]
        return _written(start & 0xFFFF, times, self._count)


Sent = tuple[int, float, int]  #: transport-wide number, time, octets


class Seen(NamedTuple):
    """One packet that arrived at a subscriber."""

    arrived: float  #: on the subscriber's clock
    sent: float  #: on ours
    octets: int


class Line:
    """What a subscriber's word on arrivals tells about the way down to it.

    The estimate falls only when packets queue and come out slower than they went in, or when the
    queue is long.  Losses do not count: chance alone loses packets on many lines.  Nor does a
    busy browser that reads late, now and then.  The estimate grows while nothing queues, up to
    where it got stuck last or to what was seen to come through, and beyond that after a while
    without either.
    """

    def __init__(self) -> None:
        self.loss = 0.0  #: smoothed share of packets lost on the way down, 0 to 1
        self.queueing = 0.0  #: seconds that packets wait on the way beyond the shortest seen
        self.estimate = _MOST  #: bits per second that the line carries, as far as is known
        self._shortest = float("inf")
        self._window: collections.deque[Seen] = collections.deque()
        self._octets = 0  # in the window
        self._full = 0  # messages in a row that told of a full line
        self._ceiling, self._until = _MOST, float("-inf")
        self._learned_at = 0.0

    def learn(self, arrivals: Arrivals, sent: Sequence[Sent], now: float) -> None:
        """Compare what arrived with the ring of what was sent."""
        if not arrivals.received:
            return
        seen = [
            Seen(at, entry[1], entry[2])
            for number, at in enumerate(arrivals.received, arrivals.first)
            if at is not None and (entry := sent[number % len(sent)])[0] == number & 0xFFFF
        ]
        lost = arrivals.received.count(None) / len(arrivals.received)
        self.loss += _SMOOTHING * (lost - self.loss)
        if not seen:
            return
        delays = [one.arrived - one.sent for one in seen]
        self._shortest = min(self._shortest + 0.00002, *delays)  # clocks drift apart
        self.queueing = min(delays) - self._shortest
        self._remember(seen)
        self._adapt(now)

    @property
    def is_wide(self) -> bool:
        """Whether it carries as much as anybody is ever sent."""
        return self.estimate >= _MOST

    @property
    def carried(self) -> float:
        """Bits per second that came through of late."""
        if not self._window:
            return 0.0
        took = self._window[-1].arrived - self._window[0].arrived
        return 8 * self._octets / max(took, _OVER / 2)

    @property
    def newest(self) -> float:
        """When the packet was sent that came last."""
        return self._window[-1].sent if self._window else float("-inf")

    def seen(self, began: float, ended: float) -> list[Seen]:
        """Give what has come of all that was sent between these times."""
        return [one for one in self._window if began <= one.sent <= ended]

    def believe(self, carried: float, now: float) -> None:
        """Take it that the line carries this much, and for a while no more."""
        self.estimate = max(self.estimate, min(_MOST, carried))
        self._ceiling, self._until = self.estimate, now + _STUCK

    def _remember(self, seen: list[Seen]) -> None:
        if self._window and abs(seen[-1].arrived - self._window[-1].arrived) > _STRANGE:
            self._window.clear()  # the subscriber's clock of 64 ms steps began anew
            self._octets = 0
        self._window.extend(seen)
        self._octets += sum(one.octets for one in seen)
        while self._window[-1].arrived - self._window[0].arrived > _OVER:
            self._octets -= self._window.popleft().octets

    def _adapt(self, now: float) -> None:
        first, last = self._window[0], self._window[-1]
        took, went = last.arrived - first.arrived, last.sent - first.sent
        limit = _QUEUE if took > _SLOWER * went else _LONG_QUEUE
        self._full = self._full + 1 if self.queueing > limit else 0
        passed = min(_OVER, now - self._learned_at)
        self._learned_at = now
        if self._full >= _IN_A_ROW and took > _OVER / 2:
            carried = 8 * self._octets / took
            if self.estimate > _BACK * carried:
                self.estimate = max(_LEAST, _BACK * carried)
                self._ceiling, self._until = carried, now + _STUCK
        elif self.queueing < _CALM:
            most = self._ceiling if now < self._until else _MOST
            grown = min(most, self.estimate * (1 + _GROWTH * passed))
            self.estimate = max(self.estimate, grown)
            if not self.is_wide:
                self.estimate = max(self.estimate, min(_MOST, self.carried))


def _signed(difference: int) -> int:
    return ((difference + 0x8000) & 0xFFFF) - 0x8000


def _written(start: int, times: list[float | None], count: int) -> bytes:
    first = next(at for at in times if at is not None)
    reference = int(first * _TICK) // _REFERENCE
    clock, symbols, deltas = reference * _REFERENCE, list[int](), bytearray()
    for at in times:
        if at is None:
            symbols.append(0)
            continue
        delta = max(-0x8000, min(0x7FFF, int(at * _TICK) - clock))
        clock += delta
        small = 0 <= delta <= 0xFF  # noqa: PLR2004 (one octet)
        symbols.append(1 if small else 2)
        deltas += struct.pack("!B" if small else "!h", delta)
    head = struct.pack("!HH", start, len(times)) + (reference & 0xFFFFFF).to_bytes(3, "big")
    return head + bytes([count]) + _chunks(symbols) + bytes(deltas)


def _chunks(symbols: list[int]) -> bytes:
    """Write run-length chunks where they pay, vectors of seven symbols elsewhere."""
    written, at = b"", 0
    while at < len(symbols):
        run = 1
        while at + run < len(symbols) and symbols[at + run] == symbols[at]:
            run += 1
        if run >= _RUN or at + run == len(symbols):
            written += struct.pack("!H", symbols[at] << 13 | run)
            at += run
            continue
        vector = _VECTOR
        for place, symbol in enumerate(symbols[at : at + _RUN]):
            vector |= symbol << 12 - 2 * place
        written += struct.pack("!H", vector)
        at += _RUN
    return written
