"""One stream that a participant publishes, in one or several layers, and who gets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webrtc.codecs import VP8, VideoCodec
from webrtc.engine.copy import Copy
from webrtc.engine.follower import Follower
from webrtc.engine.interface import MediaKind, Sink, Source
from webrtc.engine.layer import Asking, Layer
from webrtc.engine.tapping import Tapping

_LIVE = 2.0  # seconds; a layer that the others outlast for so long was given up by the browser


class RelayStream:
    """A participant's audio or video."""

    def __init__(
        self,
        participant: str,
        kind: MediaKind,
        ask_keyframe: Callable[[int], None],
        rids: Sequence[str] = (),
        source: Source = "camera",
        codec: VideoCodec = VP8,
    ) -> None:
        self.participant = participant
        self.source: Source = source
        self.kind: MediaKind = kind
        self.codec = codec
        asking = Asking(ask_keyframe)
        self.layers = {rid: Layer(kind, codec, asking) for rid in rids or ("",)}  #: low to high
        for layer in self.layers.values():
            layer.shifts = bool(rids)
        self._ranked = tuple(self.layers.values())
        self._followers: list[Follower] = []

    @property
    def ssrc(self) -> int | None:
        """Its number, known from the offer or from the first packet."""
        return next((layer.ssrc for layer in self._ranked if layer.ssrc is not None), None)

    @property
    def rates(self) -> tuple[float, ...]:
        """Bits per second of each layer, from low to high; 0 for one that is not sent."""
        return tuple(layer.rate for layer in self._ranked)

    @property
    def received(self) -> int:
        """Packets that came, each counted once."""
        return sum(layer.received for layer in self._ranked)

    @property
    def recovered(self) -> int:
        """Packets that were lost on the way up and came when asked for."""
        return sum(layer.recovered for layer in self._ranked)

    @property
    def duplicates(self) -> int:
        """Packets that came again without being asked for."""
        return sum(layer.duplicates for layer in self._ranked)

    def take_loudness(self) -> float:
        """Give how loud it was since the last time."""
        return max(layer.take_loudness() for layer in self._ranked)

    def feed(self, sink: Sink, now: float) -> None:
        """Give everything to one more sink, beginning with a whole picture."""
        self.follow(Tapping(self, sink), now)

    def starve(self, sink: Sink) -> None:
        """Give nothing more to a sink."""
        for follower in self._followers:
            if isinstance(follower, Tapping) and follower.sink is sink:
                self.unfollow(follower)

    def follow(self, follower: Follower, now: float) -> None:
        """Give everything to one more follower, beginning with a whole picture."""
        self._followers = [*self._followers, follower]
        layer = self._best(follower)
        if len(self._ranked) > 1:
            self._await(follower, layer, now)
        else:
            follower.begin(layer, layer.next)
            self.enter(follower, layer)
            layer.want_keyframe(now)

    def unfollow(self, follower: Follower) -> None:
        """Give nothing more to a follower."""
        self._followers = [other for other in self._followers if other is not follower]
        self.leave(follower)
        self._await(follower, None, 0.0)

    def want_keyframe(self, now: float) -> None:
        """Ask the publisher for a whole picture, as soon as it may be asked again."""
        for layer in {f.awaits or f.layer for f in self._followers} or set(self._ranked[-1:]):
            if layer is not None:
                layer.want_keyframe(now)

    def tick(self, now: float) -> None:
        """See to it that everybody follows the best layer that is wanted and there."""
        for follower in self._followers:
            self.choose(follower, now)

    def choose(self, follower: Follower, now: float) -> None:
        """Have a follower go to the best layer for it, or to none."""
        if follower.level < 0:
            self.leave(follower)
            self._await(follower, None, now)
            return
        best = self._best(follower)
        if best is not (follower.awaits or follower.layer):
            self._await(follower, best, now)

    def enter(self, follower: Follower, layer: Layer) -> None:
        """Let the layer's packets go to a follower."""
        if isinstance(follower, Copy):
            layer.copies = [*layer.copies, follower]
        elif isinstance(follower, Tapping):
            layer.taps = [*layer.taps, follower]
        if layer.report is not None:
            follower.mark(layer.report)

    def leave(self, follower: Follower) -> None:
        """Let no layer's packets go to a follower."""
        layer = follower.layer
        if layer is not None:
            layer.copies = [other for other in layer.copies if other is not follower]
            layer.taps = [other for other in layer.taps if other is not follower]
            follower.pause()

    def _await(self, follower: Follower, layer: Layer | None, now: float) -> None:
        """Have a follower come over to a layer with its next whole picture, if it is another."""
        if follower.awaits is not None:
            waiting = follower.awaits.waiting
            follower.awaits.waiting = [other for other in waiting if other is not follower]
        follower.awaits = layer if layer is not follower.layer else None
        if follower.awaits is not None:
            follower.awaits.waiting = [*follower.awaits.waiting, follower]
            follower.awaits.want_keyframe(now)

    def _best(self, follower: Follower) -> Layer:
        """Choose the highest layer that is wanted and there, or else the lowest that is there."""
        newest = max(layer.heard for layer in self._ranked)
        live = [one for one in self._ranked if one.heard and newest - one.heard < _LIVE]
        if not live:
            return follower.awaits or follower.layer or self._ranked[0]
        wanted = self._ranked[: follower.level + 1]
        return next((layer for layer in reversed(wanted) if layer in live), live[0])
