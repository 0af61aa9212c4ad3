"""One stream that a participant publishes, and who gets it."""

from __future__ import annotations

from collections.abc import Callable

from webrtc.engine.copy import Copy
from webrtc.engine.interface import MediaKind, Sink
from webrtc.engine.layer import Layer


class RelayStream:
    """A participant's audio or video."""

    def __init__(
        self, participant: str, kind: MediaKind, ask_keyframe: Callable[[int], None]
    ) -> None:
        self.participant = participant
        self.kind: MediaKind = kind
        self.layer = Layer(kind, ask_keyframe)

    @property
    def ssrc(self) -> int | None:
        """Its number, known from the offer or from the first packet."""
        return self.layer.ssrc

    @property
    def received(self) -> int:
        """Packets that came, each counted once."""
        return self.layer.received

    @property
    def recovered(self) -> int:
        """Packets that were lost on the way up and came when asked for."""
        return self.layer.recovered

    @property
    def duplicates(self) -> int:
        """Packets that came again without being asked for."""
        return self.layer.duplicates

    def feed(self, sink: Sink, now: float) -> None:
        """Give everything to one more sink, beginning with a whole picture."""
        self.layer.sinks = [*self.layer.sinks, sink]
        if self.layer.report is not None:
            sink.mark(self.layer.report)
        self.want_keyframe(now)

    def starve(self, sink: Sink) -> None:
        """Give nothing more to a sink."""
        self.layer.sinks = [other for other in self.layer.sinks if other is not sink]

    def copy_to(self, copy: Copy, now: float) -> None:
        """Send everything out as one more copy, beginning with a whole picture."""
        self.layer.copies = [*self.layer.copies, copy]
        if self.layer.report is not None:
            copy.mark(self.layer.report)
        self.want_keyframe(now)

    def drop(self, copy: Copy) -> None:
        """Send out nothing more as this copy."""
        self.layer.copies = [other for other in self.layer.copies if other is not copy]

    def want_keyframe(self, now: float) -> None:
        """Ask the publisher for a whole picture, as soon as it may be asked again."""
        self.layer.want_keyframe(now)
