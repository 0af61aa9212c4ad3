"""A stream on its way to a sink inside: the recorder's, which follows the best layer there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from webrtc.engine.follower import Follower
from webrtc.engine.interface import Packet, SenderReport, Sink

if TYPE_CHECKING:  # a tapping knows its stream, and the stream its tappings
    from webrtc.engine.stream import RelayStream


class Tapping(Follower):
    """One sink."""

    def __init__(self, stream: RelayStream, sink: Sink) -> None:
        super().__init__(stream)
        self.sink = sink

    @override
    def mark(self, report: SenderReport) -> None:
        if self.stretch is not None:
            self.sink.mark(self.stretch.seen(report))

    def take(self, packet: Packet, number: int, now: float) -> None:
        """Pass a packet on; one that is older than the switch belongs to nobody."""
        shift = self.stretch
        if shift is None or number < shift.first:
            return
        if shift.sequence or shift.timestamp:
            sequence = (packet.sequence + shift.sequence) & 0xFFFF
            timestamp = (packet.timestamp + shift.timestamp) & 0xFFFFFFFF
            packet = packet._replace(sequence=sequence, timestamp=timestamp)
        self.sink.write(packet, now)
