"""The way up: a participant's packets, sorted into streams, with the feedback a browser needs."""

from __future__ import annotations

from typing_extensions import override

from webrtc import rtp
from webrtc.engine import feedback
from webrtc.engine.congestion import ArrivalLog
from webrtc.engine.interface import MediaKind, SenderReport, Stream
from webrtc.engine.layer import Layer
from webrtc.engine.leg import RelayLeg
from webrtc.engine.outlet import Outlet
from webrtc.engine.srtp import Memory, unprotect
from webrtc.engine.stream import RelayStream
from webrtc.lines import IncomingLine

_ARRIVALS_EVERY = 0.1  # seconds: fewer messages cost less and Chromium still speeds up
_REPORT_EVERY = 1.0
_MARKER = 0x80
_EXTENSION, _PADDING = 0x10, 0x20
_ORIGINAL = 2  # octets: RTX puts the original sequence number in front (RFC 4588)

_unpack = rtp.HEADER.unpack_from


class RelayUplink(RelayLeg):
    """What one browser publishes."""

    def __init__(self, outlet: Outlet) -> None:
        super().__init__(outlet)
        self.streams: list[RelayStream] = []
        self._by_ssrc: dict[int, Layer] = {}
        self._by_repair: dict[int, Layer] = {}
        self._lines: dict[str, tuple[IncomingLine, RelayStream]] = {}
        self._mid = self._stamp = 0  # numbers of header extensions
        self._arrivals = ArrivalLog()
        self._next_arrivals = self._next_report = 0.0

    def add(self, participant: str, kind: MediaKind) -> RelayStream:
        """Make the stream of one more m-line."""
        stream = RelayStream(participant, kind, self._ask_keyframe)
        self.streams.append(stream)
        return stream

    def settle(self, stream: Stream, line: IncomingLine) -> None:
        """Learn how to tell this stream's packets from the others'."""
        assert isinstance(stream, RelayStream)
        if line.mid in self._lines:
            return
        self._lines[line.mid] = (line, stream)
        self._mid = line.extensions.get(rtp.MID, self._mid)
        self._stamp = line.extensions.get(rtp.TRANSPORT_SEQUENCE, self._stamp)
        if line.ssrc is not None:
            stream.layer.ssrc = line.ssrc
            self._by_ssrc[line.ssrc] = stream.layer
        if line.repair_ssrc is not None:
            self._by_repair[line.repair_ssrc] = stream.layer

    @override
    def take_rtp(  # noqa: C901 (one packet's way in: a call would cost more than its step)
        self, memory: Memory, length: int, now: float
    ) -> None:
        """Decrypt the packet in the memory, note its arrival and hand it to its layer."""
        octets, size = memory.octets, memory.length
        size[0] = length
        if self.opening is None or unprotect(self.opening, memory.pointer, size):
            self.outlet.drops["forged"] += 1
            return
        end: int = size[0]
        first, second, sequence, timestamp, ssrc = _unpack(octets)
        start = extensions = 12 + ((first & 0x0F) << 2)
        if first & _EXTENSION:
            at = extensions = start + 4
            start = at + ((octets[at - 2] << 8 | octets[at - 1]) << 2)
            if start <= end:
                self._note_stamp(octets, at, start, now)
        if first & _PADDING:
            end -= octets[end - 1]
        if start > size[0]:
            self.outlet.drops["malformed"] += 1
            return
        payload = bytes(memory.view[start:end])
        if ssrc not in self._by_ssrc and ssrc not in self._by_repair:
            self._learn(ssrc, second & 0x7F, rtp.extension(octets, extensions, start, self._mid))
        layer = self._by_ssrc.get(ssrc)
        if layer is not None:
            layer.take(sequence, second & _MARKER, timestamp, payload, now)
        elif ssrc in self._by_repair:
            self._repair(self._by_repair[ssrc], second & _MARKER, timestamp, payload, now)

    @override
    def obey(self, item: feedback.Item, now: float) -> None:
        """Take the browser's clock marks; it has nothing else to tell about what it sends."""
        if isinstance(item, SenderReport) and item.ssrc in self._by_ssrc:
            self._by_ssrc[item.ssrc].take_report(item, now)

    @override
    def tick(self, now: float) -> None:
        """Send the feedback that is due."""
        for stream in self.streams:
            self._tend(stream.layer, now)
        if now >= self._next_arrivals:
            self._next_arrivals = now + _ARRIVALS_EVERY
            self._send_arrivals()
        if now >= self._next_report:
            self._next_report = now + _REPORT_EVERY
            lines = [line for s in self.streams if (line := s.layer.reception(now)) is not None]
            if lines:
                self.send_rtcp(feedback.receiver_report(lines))

    def _tend(self, layer: Layer, now: float) -> None:
        """Ask for what a layer misses; sound that is late is not worth asking for."""
        layer.tick(now)
        overdue = layer.overdue(now)
        if overdue and layer.kind == "video" and layer.ssrc is not None:
            self.send_rtcp(feedback.missing_request(layer.ssrc, overdue))

    def _note_stamp(self, octets: bytearray, at: int, end: int, now: float) -> None:
        """Note when the packet of this transport-wide number arrived (RFC 8285, 4.2)."""
        wanted = self._stamp << 4 | 1
        while at < end:
            head = octets[at]
            if head == wanted:
                self._arrivals.fresh.append((octets[at + 1] << 8 | octets[at + 2], now))
                return
            at += (head & 0x0F) + 2 if head else 1

    def _send_arrivals(self) -> None:
        body = self._arrivals.feedback()
        if body is not None and self._by_ssrc:
            self.send_rtcp(feedback.arrival_report(next(iter(self._by_ssrc)), body))

    def _repair(
        self, layer: Layer, marker: int, timestamp: int, payload: bytes, now: float
    ) -> None:
        """Unwrap a packet sent again; probes without content are only padding."""
        if len(payload) > _ORIGINAL:
            sequence = int.from_bytes(payload[:_ORIGINAL], "big")
            layer.take(sequence, marker, timestamp, payload[_ORIGINAL:], now, repaired=True)

    def _learn(self, ssrc: int, payload_type: int, mid: bytes | None) -> None:
        """Learn an SSRC that the offer did not tell, by the MID that the packet carries."""
        known = self._lines.get(mid.decode("ascii", "replace")) if mid else None
        if known is None:
            self.outlet.drops["unknown"] += 1
            return
        line, stream = known
        if payload_type == line.payload_type and stream.ssrc is None:
            stream.layer.ssrc = ssrc
            self._by_ssrc[ssrc] = stream.layer
            stream.want_keyframe(0.0)
        elif payload_type == line.repair_type and line.repair_ssrc is None:
            self._by_repair[ssrc] = stream.layer

    def _ask_keyframe(self, ssrc: int) -> None:
        self.send_rtcp(feedback.keyframe_request(ssrc))
