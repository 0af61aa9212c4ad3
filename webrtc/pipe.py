"""How packets travel from the media worker to its recorder: frames in one pipe."""

from __future__ import annotations

import struct
from collections.abc import Iterator

OPEN, SHUT = 100, 101  #: kinds beside those of :class:`webrtc.journal.Kind`
UNSEALED = "--unsealed"  #: in place of a key file: journals lie open

FRAME = struct.Struct("!IIBq")  #: length of the data behind it, channel, kind, arrival in ns


def frame(channel: int, kind: int, arrival: int, data: bytes) -> bytes:
    """Write one frame."""
    return FRAME.pack(len(data), channel, kind, arrival) + data


class Frames:
    """Puts the pieces that a pipe delivers together again."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, chunk: bytes) -> Iterator[tuple[int, int, int, bytes]]:
        """Give every whole frame: channel, kind, arrival, data."""
        rest = self._rest + chunk if self._rest else chunk
        at, last = 0, len(rest) - FRAME.size
        while at <= last:
            length, channel, kind, arrival = FRAME.unpack_from(rest, at)
            begin = at + FRAME.size
            end = begin + length
            if end > len(rest):
                break
            yield channel, kind, arrival, rest[begin:end]
            at = end
        self._rest = rest[at:]
