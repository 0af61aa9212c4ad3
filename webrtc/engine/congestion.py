"""Transport-wide congestion control: the feedback that lets a browser send more than a trickle.

Format of draft-holmer-rmcat-transport-wide-cc-extensions-01, which every browser speaks.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from webrtc.engine.feedback import Arrivals

_TICK = 4000  # a quarter of a millisecond
_REFERENCE = 256  # ticks: 64 ms
_LONGEST = 2000  # packets in one feedback; after a longer gap we begin anew
_RUN, _VECTOR = 7, 0xC000
_SMOOTHING = 0.2


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


class Line:
    """What a subscriber's word on arrivals tells about the way down to it."""

    def __init__(self) -> None:
        self.loss = 0.0  #: smoothed share of packets lost on the way down, 0 to 1
        self.queueing = 0.0  #: seconds that packets wait on the way beyond the shortest seen
        self._shortest = float("inf")

    def learn(self, arrivals: Arrivals, sent: Sequence[Sent]) -> None:
        """Compare what arrived with the ring of what was sent."""
        if not arrivals.received:
            return
        delays = [
            at - sent[(arrivals.first + step) % len(sent)][1]
            for step, at in enumerate(arrivals.received)
            if at is not None
            and sent[(arrivals.first + step) % len(sent)][0] == (arrivals.first + step) & 0xFFFF
        ]
        lost = arrivals.received.count(None) / len(arrivals.received)
        self.loss += _SMOOTHING * (lost - self.loss)
        if delays:
            self._shortest = min(self._shortest + 0.00002, *delays)  # clocks drift apart
            self.queueing = min(delays) - self._shortest


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
