"""From any recording on standard input to AMR-NB on standard output, a minute of it at most.

A program of its own: whatever the bytes do to the decoder, they do it to nobody else.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import Final

import av
from av.error import FFmpegError

RATE: Final = 8000
BITS: Final = 12_200
LONGEST_SECONDS: Final = 60  #: as on a real phone


def as_amr(recording: bytes) -> bytes:
    """Give the voice as the platform hands it on; raises ValueError if nothing can be heard."""
    voice = io.BytesIO()
    with av.open(io.BytesIO(recording), "r") as heard, av.open(voice, "w", format="amr") as told:
        stream = told.add_stream("libopencore_amrnb", rate=RATE)
        stream.bit_rate, stream.layout = BITS, "mono"
        for frame in _sound(heard):
            told.mux(stream.encode(frame))
        told.mux(stream.encode(None))
    return voice.getvalue()


def _sound(heard: av.container.InputContainer) -> Iterator[av.AudioFrame]:
    """Give what was recorded in the measure of a telephone, until a minute is full."""
    if not heard.streams.audio:
        raise ValueError("nothing to hear")
    bridge = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    left = LONGEST_SECONDS * RATE
    for frame in heard.decode(audio=0):
        for piece in bridge.resample(frame):
            left -= piece.samples
            if left < 0:
                return
            yield piece


def main() -> int:
    """Read, write; 1 if nothing could be made of it."""
    try:
        voice = as_amr(sys.stdin.buffer.read())
    except (FFmpegError, ValueError):
        return 1
    sys.stdout.buffer.write(voice)
    return 0


if __name__ == "__main__":
    sys.exit(main())
