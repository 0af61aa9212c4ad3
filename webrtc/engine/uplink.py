"""The way up: a participant's packets, sorted into streams, with the feedback a browser needs."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from webrtc import rtp
from webrtc.codecs import VP8, VideoCodec
from webrtc.engine import feedback
from webrtc.engine.congestion import ArrivalLog
from webrtc.engine.interface import MediaKind, SenderReport, Source, Stream
from webrtc.engine.layer import Layer
from webrtc.engine.leg import RelayLeg
from webrtc.engine.outlet import Outlet
from webrtc.engine.srtp import REPLAYED, Memory, unprotect
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
        self._stamp = self._level = 0  # numbers of header extensions
        self._names = {rtp.MID: 0, rtp.RID: 0, rtp.REPAIRED_RID: 0}  # of those that name things
        self._arrivals = ArrivalLog()
        self._next_arrivals = self._next_report = 0.0

    def add(
        self,
        participant: str,
        kind: MediaKind,
        rids: Sequence[str] = (),
        source: Source = "camera",
        codec: VideoCodec = VP8,
    ) -> RelayStream:
        """Make the stream of one more m-line, in one layer or in these, from low to high."""
        stream = RelayStream(participant, kind, self._ask_keyframe, rids, source, codec)
        self.streams.append(stream)
        return stream

    def settle(self, stream: Stream, line: IncomingLine) -> None:
        """Learn how to tell this stream's packets from the others'."""
        assert isinstance(stream, RelayStream)
        if line.mid in self._lines:
            return
        self._lines[line.mid] = (line, stream)
        for uri in (rtp.MID, rtp.RID, rtp.REPAIRED_RID):
            self._names[uri] = line.extensions.get(uri, self._names[uri])
        self._stamp = line.extensions.get(rtp.TRANSPORT_SEQUENCE, self._stamp)
        self._level = line.extensions.get(rtp.AUDIO_LEVEL, self._level)
        for layer in stream.layers.values():
            layer.resends = line.resends
        only = stream.layers.get("")
        if only is not None and line.ssrc is not None:
            only.ssrc = line.ssrc
            self._by_ssrc[line.ssrc] = only
        if only is not None and line.repair_ssrc is not None:
            self._by_repair[line.repair_ssrc] = only

    @override
    def take_rtp(  # noqa: C901 (one packet's way in: a call would cost more than its step)
        self, memory: Memory, length: int, now: float
    ) -> None:
        """Decrypt the packet in the memory, note its arrival and hand it to its layer."""
        octets, size = memory.octets, memory.length
        size[0] = length
        refused = self.opening is None or unprotect(self.opening, memory.pointer, size)
        if refused:
            self.outlet.drops["again" if refused in REPLAYED else "forged"] += 1
            return
        end: int = size[0]
        first, second, sequence, timestamp, ssrc = _unpack(octets)
        start = extensions = 12 + ((first & 0x0F) << 2)
        if first & _EXTENSION:
            at = extensions = start + 4
            start = at + ((octets[at - 2] << 8 | octets[at - 1]) << 2)
            if start <= end:
                self._note(octets, at, start, ssrc, now)
        if first & _PADDING:
            end -= octets[end - 1]
        if start > size[0]:
            self.outlet.drops["malformed"] += 1
            return
        payload = bytes(memory.view[start:end])
        if ssrc not in self._by_ssrc and ssrc not in self._by_repair:
            self._learn(ssrc, second & 0x7F, self._named(octets, extensions, start))
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
        layers = [layer for stream in self.streams for layer in stream.layers.values()]
        for layer in layers:
            self._tend(layer, now)
        for stream in self.streams:
            stream.tick(now)
        if now >= self._next_arrivals:
            self._next_arrivals = now + _ARRIVALS_EVERY
            self._send_arrivals()
        if now >= self._next_report:
            self._next_report = now + _REPORT_EVERY
            lines = [line for layer in layers if (line := layer.reception(now)) is not None]
            if lines:
                self.send_rtcp(feedback.receiver_report(lines))

    def _tend(self, layer: Layer, now: float) -> None:
        """Ask for what a layer misses, if that helps."""
        layer.tick(now)
        overdue = layer.overdue(now)
        if overdue and layer.resends and layer.ssrc is not None:
            self.send_rtcp(feedback.missing_request(layer.ssrc, overdue))

    def _note(self, octets: bytearray, at: int, end: int, ssrc: int, now: float) -> None:
        """Note when the packet of this transport-wide number came, and how loud it says it is.

        One walk over the header extensions (RFC 8285, 4.2; RFC 6464, 3).
        """
        stamp, level = self._stamp << 4 | 1, self._level << 4
        while at < end:
            head = octets[at]
            if head == stamp:
                self._arrivals.fresh.append((octets[at + 1] << 8 | octets[at + 2], now))
            elif head == level and head and ssrc in self._by_ssrc:
                self._by_ssrc[ssrc].hear(octets[at + 1] & 0x7F)
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

    def _named(self, octets: bytearray, at: int, end: int) -> dict[str, str]:
        """Read what a packet says of itself: its m-line, its layer, the layer it repairs."""
        found = {u: rtp.extension(octets, at, end, n) for u, n in self._names.items() if n}
        return {uri: value.decode("ascii", "replace") for uri, value in found.items() if value}

    def _learn(self, ssrc: int, payload_type: int, named: dict[str, str]) -> None:
        """Learn an SSRC that the offer did not tell; browsers name it until our first report."""
        line, stream = self._lines.get(named.get(rtp.MID, ""), (None, None))
        if line is None or stream is None:
            self.outlet.drops["unknown"] += 1
            return
        layer = stream.layers.get(named.get(rtp.REPAIRED_RID, named.get(rtp.RID, "")))
        if layer is None:
            self.outlet.drops["unknown"] += 1
        elif payload_type == line.payload_type and layer.ssrc is None:
            layer.ssrc = ssrc
            self._by_ssrc[ssrc] = layer
        elif payload_type == line.repair_type and layer not in self._by_repair.values():
            self._by_repair[ssrc] = layer

    def _ask_keyframe(self, ssrc: int) -> None:
        self.send_rtcp(feedback.keyframe_request(ssrc))
