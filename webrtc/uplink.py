"""The way up: a participant's packets, sorted into streams, with the feedback a browser needs."""

from __future__ import annotations

from typing_extensions import override

from webrtc import feedback, rtp
from webrtc.agent import LiteAgent
from webrtc.congestion import ArrivalLog
from webrtc.leg import Leg
from webrtc.lines import IncomingLine
from webrtc.stream import MediaKind, Packet, Stream

_ARRIVALS_EVERY = 0.1  # seconds: fewer messages cost less and Chromium still speeds up
_REPORT_EVERY = 1.0
_MARKER = 0x80
_ORIGINAL = 2  # octets: RTX puts the original sequence number in front (RFC 4588)


class Uplink(Leg):
    """What one browser publishes."""

    def __init__(self, agent: LiteAgent) -> None:
        super().__init__(agent)
        self.streams: list[Stream] = []
        self._by_ssrc: dict[int, Stream] = {}
        self._by_repair: dict[int, Stream] = {}
        self._lines: dict[str, tuple[IncomingLine, Stream]] = {}
        self._mid = self._transport_sequence = 0
        self._arrivals = ArrivalLog()
        self._next_arrivals = self._next_report = 0.0

    def add(self, participant: str, kind: MediaKind) -> Stream:
        """Make the stream of one more m-line."""
        stream = Stream(participant, kind, self._ask_keyframe)
        self.streams.append(stream)
        return stream

    def settle(self, stream: Stream, line: IncomingLine) -> None:
        """Learn how to tell this stream's packets from the others'."""
        if line.mid in self._lines:
            return
        self._lines[line.mid] = (line, stream)
        self._mid = line.extensions.get(rtp.MID, self._mid)
        self._transport_sequence = line.extensions.get(
            rtp.TRANSPORT_SEQUENCE, self._transport_sequence
        )
        if line.ssrc is not None:
            stream.ssrc = line.ssrc
            self._by_ssrc[line.ssrc] = stream
        if line.repair_ssrc is not None:
            self._by_repair[line.repair_ssrc] = stream

    @override
    def take_rtp(self, length: int, now: float) -> None:
        """Decrypt the packet in the port's buffer and hand it to its stream."""
        buffer = self.agent.port.buffer
        length = self.opener.rtp(buffer, length) if self.opener else 0
        if length == 0:
            self.agent.port.drops["forged"] += 1
            return
        octets = buffer.octets
        _, second, sequence, timestamp, ssrc = rtp.HEADER.unpack_from(octets)
        extensions, start, end = rtp.payload_bounds(octets, length)
        if start > length:
            self.agent.port.drops["malformed"] += 1
            return
        if self._transport_sequence and extensions != start:
            number = self._transport_sequence
            stamp = rtp.transport_sequence(octets, extensions, start, number)
            if stamp is not None:
                self._arrivals.note(stamp, now)
        payload = bytes(buffer.view[start:end])
        stream = self._by_ssrc.get(ssrc)
        if stream is not None:
            packet = Packet(sequence, second >= _MARKER, timestamp, payload)
            stream.take(packet, now)
        elif ssrc in self._by_repair:
            self._repair(self._by_repair[ssrc], second, timestamp, payload, now)
        else:
            self._learn(ssrc, second & 0x7F, rtp.extension(octets, extensions, start, self._mid))

    @override
    def obey(self, item: feedback.Item, now: float) -> None:
        """Take the browser's clock marks; it has nothing else to tell about what it sends."""
        if isinstance(item, feedback.SenderReport) and item.ssrc in self._by_ssrc:
            self._by_ssrc[item.ssrc].take_report(item, now)

    def tick(self, now: float) -> None:
        """Send the feedback that is due."""
        for stream in self.streams:
            overdue = stream.overdue(now) if stream.kind == "video" else []
            if overdue and stream.ssrc is not None:
                self.send_rtcp(feedback.missing_request(stream.ssrc, overdue))
        if now >= self._next_arrivals:
            self._next_arrivals = now + _ARRIVALS_EVERY
            self._send_arrivals()
        if now >= self._next_report:
            self._next_report = now + _REPORT_EVERY
            lines = [line for s in self.streams if (line := s.reception(now)) is not None]
            if lines:
                self.send_rtcp(feedback.receiver_report(lines))

    def _send_arrivals(self) -> None:
        body = self._arrivals.feedback()
        if body is not None and self._by_ssrc:
            self.send_rtcp(feedback.arrival_report(next(iter(self._by_ssrc)), body))

    def _repair(
        self, stream: Stream, second: int, timestamp: int, payload: bytes, now: float
    ) -> None:
        """Unwrap a packet sent again; probes without content are only padding."""
        if len(payload) <= _ORIGINAL:
            return
        sequence = int.from_bytes(payload[:_ORIGINAL], "big")
        packet = Packet(sequence, second >= _MARKER, timestamp, payload[_ORIGINAL:])
        stream.take(packet, now, repaired=True)

    def _learn(self, ssrc: int, payload_type: int, mid: bytes | None) -> None:
        """Learn an SSRC that the offer did not tell, by the MID that the packet carries."""
        known = self._lines.get(mid.decode("ascii", "replace")) if mid else None
        if known is None:
            self.agent.port.drops["unknown"] += 1
            return
        line, stream = known
        if payload_type == line.payload_type and stream.ssrc is None:
            stream.ssrc = ssrc
            self._by_ssrc[ssrc] = stream
            stream.want_keyframe(0.0)
        elif payload_type == line.repair_type and line.repair_ssrc is None:
            self._by_repair[ssrc] = stream

    def _ask_keyframe(self, ssrc: int) -> None:
        self.send_rtcp(feedback.keyframe_request(ssrc))
