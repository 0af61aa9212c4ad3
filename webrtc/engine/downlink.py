"""The way down: other participants' streams to one browser, with the answers to its feedback."""

from __future__ import annotations

import time

from typing_extensions import override

from webrtc.engine import feedback, srtp
from webrtc.engine.congestion import Line
from webrtc.engine.copy import Copy
from webrtc.engine.interface import Stream
from webrtc.engine.layer import SENT
from webrtc.engine.leg import RelayLeg
from webrtc.engine.outlet import Outlet
from webrtc.engine.pacing import DEEP, FASTER, Held, Queue
from webrtc.engine.probing import Probing
from webrtc.engine.stream import RelayStream
from webrtc.lines import OutgoingLine

_LONGEST = 5.0  # seconds there and back


class RelayDownlink(RelayLeg):
    """What one browser is sent."""

    def __init__(self, outlet: Outlet) -> None:
        super().__init__(outlet)
        self.copies: dict[int, Copy] = {}
        self.stamp = 0  #: the next transport-wide sequence number
        self.sent = [(-1, 0.0, 0)] * SENT  #: number, time, octets
        self.round_trip = 0.0  #: smoothed seconds there and back; 0 until it is known
        self._line = Line()
        self._probing = Probing(self._line)
        self._queue = Queue()
        self.room = self._pace * DEEP  #: octets of pictures that may go before others wait
        self._paced_at = 0.0

    @property
    def resent(self) -> int:
        """How many packets were sent again."""
        return sum(copy.resent for copy in self.copies.values())

    @property
    def loss(self) -> float:
        """The smoothed share of packets lost on the way down, 0 to 1."""
        return self._line.loss

    @property
    def queueing(self) -> float:
        """Seconds that packets wait on the way beyond the shortest seen."""
        return self._line.queueing

    @property
    def estimate(self) -> float:
        """Bits per second that the line carries, as far as is known."""
        return self._line.estimate

    def carry(self, stream: Stream, line: OutgoingLine) -> None:
        """Begin to send a stream; asking again for what already goes changes nothing."""
        assert isinstance(stream, RelayStream)
        if line.ssrc in self.copies and self.copies[line.ssrc].stream is stream:
            return
        copy = Copy(stream, line, self)
        self.copies[line.ssrc] = copy
        stream.follow(copy, time.monotonic())

    def show(self, stream: Stream, level: int) -> None:
        """Send at most this layer from its next whole picture on: 0 the lowest, below 0 none."""
        for copy in self.copies.values():
            if copy.stream is stream and copy.level != level:
                copy.level = level
                if level < 0:  # a line that is too thin must not be filled with what was shown
                    self._queue.drop(copy)
                copy.stream.choose(copy, time.monotonic())

    def drop(self, stream: Stream) -> None:
        """Send nothing more of a stream."""
        for ssrc, copy in list(self.copies.items()):
            if copy.stream is stream:
                copy.stream.unfollow(copy)
                self._queue.drop(copy)
                del self.copies[ssrc]

    def drop_all(self) -> None:
        """Send nothing more at all."""
        for copy in list(self.copies.values()):
            self.drop(copy.stream)

    @override
    def tick(self, now: float) -> None:
        """Let go what waits, as much as the line takes."""
        pace = self._pace
        self.room = min(pace * DEEP, self.room + pace * (now - self._paced_at))
        self._paced_at = now
        while self._queue and self.room > 0:
            held = self._queue.take()
            self.room -= len(held.payload)
            held.copy.emit(held, now)
        due = self._probing.due(now)
        if due:
            self._pad(due, now)

    def explore(self, now: float) -> None:
        """Find out whether the line carries more than is known."""
        if self._padded is not None:
            self._probing.begin(now)

    @property
    def _padded(self) -> Copy | None:
        """Whose repair line can carry padding that is answered with arrivals."""
        copies = self.copies.values()
        return next((one for one in copies if one.repair_word and one.stamped), None)

    def _pad(self, octets: int, now: float) -> None:
        copy = self._padded
        while copy is not None and octets > 0:
            octets -= copy.pad(now)

    @property
    def _pace(self) -> float:
        """Octets a second that may go."""
        return FASTER * self._line.estimate / 8

    def hold(self, held: Held) -> None:
        """Let a packet wait, and all pictures that come after it."""
        self.room = min(self.room, 0.0)
        self._queue.put(held)

    def send_again(self, held: Held, now: float) -> None:
        """Send a packet that was asked for, before any picture that waits."""
        if self.room < len(held.payload):
            self.room = min(self.room, 0.0)
            self._queue.put_again(held)
        else:
            self.room -= len(held.payload)
            held.copy.emit(held, now)

    @override
    def obey(self, item: feedback.Item, now: float) -> None:
        """Resend, ask for a whole picture, or learn how full the line is."""
        if isinstance(item, feedback.Arrivals):
            self._line.learn(item, self.sent, now)
        elif isinstance(item, feedback.Clocked):
            self.send_rtcp(feedback.clock_echo(next(iter(self.copies), feedback.OUR_SSRC), item))
        elif item.ssrc in self.copies:
            copy = self.copies[item.ssrc]
            if isinstance(item, feedback.Lost):
                copy.resend(item.sequences, now)
            elif isinstance(item, feedback.KeyframeWanted):
                copy.want_keyframe(now)
            elif isinstance(item, feedback.Reception):
                self._learn_round_trip(copy.round_trip(item, now))

    def _learn_round_trip(self, seconds: float | None) -> None:
        """Smooth it as TCP does (RFC 6298, 2); one that is incredible is none."""
        if seconds is not None and seconds < _LONGEST:
            known = self.round_trip or seconds
            self.round_trip = known + (seconds - known) / 8

    def stamp_next(self, now: float, octets: int) -> int:
        """Give the next transport-wide sequence number and remember when it went."""
        stamp = self.stamp
        self.stamp = (stamp + 1) & 0xFFFF
        self.sent[stamp % SENT] = (stamp, now, octets)
        return stamp

    def forget(self, stamp: int) -> None:
        """Learn nothing from when the packet of this number arrives."""
        if self.sent[stamp % SENT][0] == stamp:
            self.sent[stamp % SENT] = (-1, 0.0, 0)

    def send(self, sealed: bytes) -> None:
        """Send what is sealed already, if the way is open."""
        if self.address is not None:
            self.outlet.send(sealed, self.address)

    def send_rtp(self, header: bytes, payload: bytes) -> None:
        """Send a media packet that is not on the fast path, if the way is open."""
        memory = self.outlet.memory
        end = len(header) + len(payload)
        if self.sealing is None or self.address is None or end > srtp.DATAGRAM:
            return
        memory.view[:end] = header + payload
        memory.length[0] = end
        if srtp.protect(self.sealing, memory.pointer, memory.length) == 0:
            self.outlet.send(memory.view[: int(memory.length[0])], self.address)
