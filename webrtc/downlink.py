"""The way down: other participants' streams to one browser, with the answers to its feedback."""

from __future__ import annotations

import time

from typing_extensions import override

from webrtc import feedback
from webrtc.agent import LiteAgent
from webrtc.congestion import SendLog
from webrtc.leg import Leg
from webrtc.lines import OutgoingLine
from webrtc.relay import Relay
from webrtc.stream import Stream


class Downlink(Leg):
    """What one browser is sent."""

    def __init__(self, agent: LiteAgent) -> None:
        super().__init__(agent)
        self.log = SendLog()
        self.relays: dict[int, Relay] = {}

    def carry(self, stream: Stream, line: OutgoingLine) -> None:
        """Begin to send a stream; asking again for what already goes changes nothing."""
        if line.ssrc in self.relays and self.relays[line.ssrc].stream is stream:
            return
        relay = Relay(stream, line, self)
        self.relays[line.ssrc] = relay
        stream.feed(relay, time.monotonic())

    def drop(self, stream: Stream) -> None:
        """Send nothing more of a stream."""
        for ssrc, relay in list(self.relays.items()):
            if relay.stream is stream:
                stream.starve(relay)
                del self.relays[ssrc]

    def drop_all(self) -> None:
        """Send nothing more at all."""
        for relay in list(self.relays.values()):
            self.drop(relay.stream)

    @override
    def obey(self, item: feedback.Item, now: float) -> None:
        """Resend, ask for a whole picture, or learn how full the line is."""
        if isinstance(item, feedback.Arrivals):
            self.log.learn(item)
        elif item.ssrc in self.relays:
            relay = self.relays[item.ssrc]
            if isinstance(item, feedback.Lost):
                relay.resend(item.sequences, now)
            elif isinstance(item, feedback.KeyframeWanted):
                relay.stream.want_keyframe(now)
