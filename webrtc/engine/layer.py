"""One encoding of a stream: what arrived, what is missing, and the copies that go out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webrtc.codecs import VideoCodec
from webrtc.engine.copy import KEPT, Copy
from webrtc.engine.feedback import Reception
from webrtc.engine.follower import Follower, renumber
from webrtc.engine.interface import MediaKind, Packet, SenderReport
from webrtc.engine.srtp import DATAGRAM, protect
from webrtc.engine.tapping import Tapping
from webrtc.rtp import CLOCKS

CACHE = 1024  #: packets: about five seconds of video, longer than anybody asks for
SENT = 4096  #: packets that a way down remembers
_GAP = 300  # packets; a longer gap is an interruption and not worth asking for
_FIRST_ASK = {"audio": 0.0, "video": 0.01}  # seconds
_NEXT_ASK, _ASKS = 0.080, 10  # seconds, until it is known how long an answer takes; times
_SLOWER = 1.1  # times as long as answers take: then the packet or the request was lost
_PATIENCE = 0.025  # seconds at least
_ASKED_FOR = {"audio": 0.3, "video": 1.0}  # seconds: later, sound is not worth asking for
_GIVE_UP = 1.0  # seconds
_KEYFRAME_EVERY = 0.35  # seconds: Chromium does not listen within 0.3 of the one before
_ASK_AGAIN = 1.0  # seconds after which somebody who still waits was not heard
_RATE_OVER = 1.0  # seconds
_HALF = 0x8000
_MARKER = 0x80
_FURTHEST = 1e6  # ticks of jitter that are believed
_SILENCE = 127  # decibels below the loudest (RFC 6464, 3)

Cached = tuple[int, int, int, bytes]  #: sequence, marker bit, timestamp, payload


@dataclass(slots=True)
class Missing:
    """A packet that others overtook."""

    since: float
    asked: int = 0
    last: float = 0.0


class Asking:
    """Asks a browser for whole pictures of one camera, its layers in turn."""

    def __init__(self, ask: Callable[[int], None]) -> None:
        self._ask = ask
        self._asked = float("-inf")
        self._turns: list[int] = []  #: whose wish is the oldest

    def ask(self, ssrc: int, now: float) -> bool:
        """Ask, if the browser would listen and nobody wished earlier; tell whether that was done.

        Somebody whose line loses every whole picture wishes without end; the others come to turn.
        """
        if ssrc not in self._turns:
            self._turns.append(ssrc)
        if now - self._asked < _KEYFRAME_EVERY or self._turns[0] != ssrc:
            return False
        self._turns.remove(ssrc)
        self._asked = now
        self._ask(ssrc)
        return True


class Layer:
    """What comes in under one SSRC."""

    def __init__(self, kind: MediaKind, codec: VideoCodec, asking: Asking) -> None:
        self.kind = kind
        self.codec = codec  #: of pictures
        self.ssrc: int | None = None  #: known from the offer or from the first packet
        self.copies: list[Copy] = []
        self.taps: list[Tapping] = []
        self.waiting: list[Follower] = []  #: whoever comes over with the next whole picture
        self.shifts = False  #: whether followers go from layer to layer
        self.resends = False  #: whether the browser sends again what was lost
        self.heard = 0.0  #: when the last packet came
        self._loud = (0, 0)  # the sum of what packets of late said, and how many they were
        self.rate = 0.0  #: bits per second of late
        self._measured = (0.0, 0)  # when, and the octets until then
        self.report: SenderReport | None = None
        self.received = self.octets = self.duplicates = self.recovered = 0
        self._waits = kind == "video"  # where a line cannot take everything at once
        self._asking = asking
        self._asked_at = 0.0
        self._wants_keyframe = False
        self._reported_at = 0.0
        self._cache: list[Cached | None] = [None] * CACHE
        self._missing: dict[int, Missing] = {}
        self._first = self._highest = -1  # extended by the number of wrap-arounds
        self._before = (0, 0)  # expected, received at the last receiver report
        self._mended = 0  # recovered until then
        self._answered = _NEXT_ASK  # seconds until what is asked for comes, at most of late
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
        number = self._highest + 1
        if number & 0xFFFF == sequence and number and not repaired:
            self._highest = number
        elif self._is_news(sequence, now, repaired=repaired):
            number = self.extended(sequence)
        else:
            self.duplicates += not repaired
            return
        self.received += 1
        self.octets += len(payload)
        if timestamp != self._timestamp:
            self._measure_jitter(timestamp, now)
        self.heard = now
        self._cache[sequence % CACHE] = (sequence, marker, timestamp, payload)
        if self.waiting and self.codec.begins(payload):
            self._welcome(number, timestamp, payload)
        if self.copies:
            self._send(number, marker, timestamp, payload, now)
        for tap in self.taps:
            tap.take(Packet(sequence, bool(marker), timestamp, payload), number, now)

    def _send(  # noqa: C901, PLR0912, PLR0915 (a call would cost more than what it does)
        self, number: int, marker: int, timestamp: int, payload: bytes, now: float
    ) -> None:
        """Write, seal and send one packet for every copy: the loop that all the time goes into."""
        outlet = self.copies[0].way.outlet
        memory, sendto = outlet.memory, outlet.sendto
        octets, view, pointer, length = memory.octets, memory.view, memory.pointer, memory.length
        size = len(payload)
        word, ticks, shift = marker << 16 | number & 0xFFFF, timestamp, None
        picture, waits = self.codec.picture(payload) if self.shifts else None, self._waits
        for copy in self.copies:
            way = copy.way
            start = copy.size
            end = start + size
            if way.sealing is None or end > DATAGRAM:
                continue
            if self.shifts:
                shift = copy.stretch
                if shift is None or number < shift.first:  # older than the switch
                    continue
                word = marker << 16 | number + shift.sequence & 0xFFFF
                ticks = timestamp + shift.timestamp & 0xFFFFFFFF
            if way.room < size and waits:
                copy.hold(word, ticks, payload, picture)
                continue
            way.room -= size
            stamp = way.stamp
            if copy.stamped:
                way.stamp = stamp + 1 & 0xFFFF
                way.sent[stamp % SENT] = (stamp, now, end)
                copy.pack_into(octets, 0, copy.word | word, ticks, copy.head, stamp)
            else:
                copy.pack_into(octets, 0, copy.word | word, ticks, copy.head)
            view[start:end] = payload
            if shift is not None and picture is not None:
                renumber(octets, start, picture, shift)
            length[0] = end
            if protect(way.sealing, pointer, length):
                outlet.drops["unsealed"] += 1
                continue
            if copy.kept is not None:
                copy.kept[word % KEPT] = (word & 0xFFFF, stamp, bytes(view[: length[0]]))
            try:
                sendto(view[: length[0]], way.address)
            except OSError:
                outlet.drops["unsent"] += 1
            copy.packets += 1
            copy.octets += size

    def _welcome(self, number: int, timestamp: int, payload: bytes) -> None:
        """Let those come over who waited for a whole picture."""
        waiting, self.waiting = self.waiting, []
        self.shifts = True
        for follower in waiting:
            follower.stream.leave(follower)
            follower.switch(self, number, timestamp, payload)
            follower.stream.enter(follower, self)

    def hear(self, below: int) -> None:
        """Take so many decibels below the loudest as the level of one packet of sound."""
        total, packets = self._loud
        self._loud = (total + _SILENCE - below, packets + 1)

    def take_loudness(self) -> float:
        """Give how loud it was since the last time; of what does not come or say so, 0."""
        (total, packets), self._loud = self._loud, (0, 0)
        return total / packets if packets else 0.0

    def take_report(self, report: SenderReport, now: float) -> None:
        """Keep the publisher's clock mark and pass it on."""
        self.report, self._reported_at = report, now
        for follower in (*self.copies, *self.taps):
            follower.mark(report)

    def newest(self) -> Cached:
        """Give the packet that nothing has overtaken."""
        packet = self._cache[self._highest % CACHE]
        return packet if packet is not None else (0, 0, 0, b"")

    @property
    def next(self) -> int:
        """The extended number that the next packet will have; the lowest, if none has come."""
        return self._highest + 1

    def extended(self, sequence: int) -> int:
        """Give a packet's number with the wrap-arounds, if it is not newer than the newest."""
        return self._highest - ((self._highest - sequence) & 0xFFFF)

    def cached(self, sequence: int) -> Cached | None:
        """Find a packet of the last seconds."""
        packet = self._cache[sequence % CACHE]
        return packet if packet is not None and packet[0] == sequence else None

    def want_keyframe(self, now: float) -> None:
        """Ask for a whole picture; a wish that comes too soon is granted as soon as it may be."""
        if self.kind == "video":
            self._wants_keyframe = True
            self._ask(now)

    def tick(self, now: float) -> None:
        """Measure the rate, and ask for the whole picture that is wanted, if its time has come."""
        before, octets = self._measured
        if now - before >= _RATE_OVER:
            self.rate = 8 * (self.octets - octets) / (now - before)
            self._measured = (now, self.octets)
        if self.waiting and now - self._asked_at > _ASK_AGAIN:
            self._wants_keyframe = True
        self._ask(now)

    def _ask(self, now: float) -> None:
        if self._wants_keyframe and self.ssrc is not None and self._asking.ask(self.ssrc, now):
            self._wants_keyframe = False
            self._asked_at = now

    def overdue(self, now: float) -> list[int]:
        """Name the packets to ask for now; give up on those that are too late."""
        due, asked_for, first = [], _ASKED_FOR[self.kind], _FIRST_ASK[self.kind]
        again = max(_PATIENCE, _SLOWER * self._answered)
        for sequence, lost in list(self._missing.items()):
            if now - lost.since > _GIVE_UP or lost.asked >= _ASKS:
                del self._missing[sequence]
            elif now - lost.since > asked_for:
                continue
            elif now - (lost.last or lost.since) >= (again if lost.asked else first):
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
        share = (span - got) / span if span > 0 else 0.0
        if self.kind == "audio":
            share = self._share_lost(share, span)
        return Reception(
            ssrc=self.ssrc,
            fraction_lost=max(0, min(255, int(share * 256))),
            lost=max(0, expected - self.received),
            highest=self._highest,
            jitter=int(self._jitter),
            last_report=self.report.middle if self.report else 0,
            since_report=int((now - self._reported_at) * 65536) if self.report else 0,
        )

    def _share_lost(self, share: float, span: int) -> float:
        """Give the share of sound that somebody has to do without at first.

        A browser puts as much of each sound into the next as this says (in-band FEC, RFC 7587);
        so the worst way down counts as well, and what was lost counts though it was mended since.
        """
        mended, self._mended = self.recovered - self._mended, self.recovered
        up = share + mended / span if span > 0 else share
        return max([up, *(copy.way.loss for copy in self.copies)])

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
        if lost is None:
            return False
        self.recovered += 1
        if lost.asked == 1:  # else nobody knows which request was answered
            self._answered += (now - lost.last - self._answered) / 8
        return True

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
