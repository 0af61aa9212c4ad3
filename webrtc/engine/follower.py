"""Somebody who follows one layer of a stream at a time and sees one stream without a seam.

Each layer of a simulcast stream has sequence numbers, timestamps and picture numbers of its own
(RFC 8853); at a switch they are shifted, so that they go on where those of the layer before ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from webrtc.engine.interface import SenderReport
from webrtc.pictures import Picture
from webrtc.rtp import CLOCKS

if TYPE_CHECKING:  # a layer knows its followers, and they know it
    from webrtc.engine.layer import Layer
    from webrtc.engine.stream import RelayStream

HIGHEST = 9  #: whatever the best layer is
_REMEMBERED = 3  # stretches: packets of the one before last are not asked for any more


class Stretch(NamedTuple):
    """How the numbers of one layer look from outside, from a packet on."""

    layer: Layer
    first: int  #: extended number of the layer's first packet that is followed
    sequence: int = 0  #: what is added to each number
    timestamp: int = 0
    picture: int = 0
    base: int = 0

    def covers(self, sequence: int) -> bool:
        """Tell whether the packet with this number outside belongs here."""
        return self.layer.extended(self.inside(sequence)) >= self.first

    def inside(self, sequence: int) -> int:
        """Give the layer's own number of a packet."""
        return (sequence - self.sequence) & 0xFFFF

    def seen(self, report: SenderReport) -> SenderReport:
        """Give a clock mark as it is right outside."""
        timestamp = (report.timestamp + self.timestamp) & 0xFFFFFFFF
        return SenderReport(report.ssrc, report.ntp, timestamp)


class End(NamedTuple):
    """The last numbers that were seen outside, and when."""

    sequence: int = 0
    timestamp: int = 0
    picture: int = 0
    base: int = 0
    heard: float = 0.0


class Follower:
    """Whoever is given a stream: a copy to a browser, or the recorder's sink."""

    def __init__(self, stream: RelayStream) -> None:
        self.stream = stream
        self.level = HIGHEST  #: the highest layer that is wanted, 0 for the lowest; below 0 none
        self.stretch: Stretch | None = None
        self.awaits: Layer | None = None  #: the layer to switch to with its next whole picture
        self._before: list[Stretch] = []
        self._end: End | None = None

    @property
    def layer(self) -> Layer | None:
        """The layer that is followed now."""
        return self.stretch.layer if self.stretch is not None else None

    def mark(self, report: SenderReport) -> None:
        """Pass the publisher's clock mark on, for lip sync."""

    def want_keyframe(self, now: float) -> None:
        """Ask for a whole picture of the layer that is followed or awaited."""
        layer = self.awaits or self.layer
        if layer is not None:
            layer.want_keyframe(now)

    def stretch_of(self, sequence: int) -> Stretch | None:
        """Find what a packet with this number outside was, if it went out at all."""
        for stretch in (self.stretch, *reversed(self._before)):
            if stretch is not None and stretch.covers(sequence):
                return stretch
        return None

    def begin(self, layer: Layer, first: int) -> None:
        """Follow the only layer, under its own numbers."""
        self.stretch = Stretch(layer, first)

    def pause(self) -> None:
        """Follow nothing, until a switch."""
        shift = self.stretch
        if shift is None:
            return
        self._before = [*self._before, shift][-_REMEMBERED:]
        sequence, _, timestamp, payload = shift.layer.newest()
        picture = shift.layer.codec.picture(payload)
        self._end = End(
            sequence + shift.sequence,
            timestamp + shift.timestamp,
            picture.number + shift.picture,
            picture.base + shift.base,
            shift.layer.heard,
        )
        self.stretch = None

    def switch(self, layer: Layer, number: int, timestamp: int, payload: bytes) -> None:
        """Go over to a layer at the first packet of a whole picture."""
        self.awaits, end = None, self._end
        if end is None:
            self.stretch = Stretch(layer, number)
            return
        elapsed = max(1, int((layer.heard - end.heard) * CLOCKS[layer.kind]))
        picture = layer.codec.picture(payload)
        self.stretch = Stretch(
            layer,
            number,
            sequence=(end.sequence + 1 - number) & 0xFFFF,
            timestamp=(end.timestamp + elapsed - timestamp) & 0xFFFFFFFF,
            picture=(end.picture + 1 - picture.number) & 0x7FFF,
            base=(end.base + 1 - picture.base) & 0xFF,
        )


def renumber(packet: bytearray, start: int, picture: Picture, shift: Stretch) -> None:
    """Write the picture's numbers as they go on outside, into a payload that lies at ``start``."""
    if picture.place:
        number, at = picture.number + shift.picture, start + picture.place
        if picture.wide:
            packet[at], packet[at + 1] = 0x80 | number >> 8 & 0x7F, number & 0xFF
        else:
            packet[at] = number & 0x7F
    if picture.base_place:
        packet[start + picture.base_place] = (picture.base + shift.base) & 0xFF
