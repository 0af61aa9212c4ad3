"""What everybody sends: a real VP8 picture of about one Mbit/s and real Opus, encoded once."""

from __future__ import annotations

import fractions
import functools
from dataclasses import dataclass

import av
import av.video.frame
import numpy as np

WIDTH, HEIGHT, RATE = 480, 360, 25
BITS = 1_000_000  #: of video a second
LARGEST = 1100  #: octets of a packet's payload, as Chromium cuts them
FRAME, SOUND = 1 / RATE, 0.02  #: seconds between pictures, and between packets of sound
_START, _MORE = b"\x90\x80\x00\x00", b"\x80\x80\x00\x00"  # RFC 7741: extended, 15-bit picture id


@dataclass(frozen=True, slots=True)
class Film:
    """Pictures, each cut into payloads, the first one whole; and packets of sound."""

    pictures: tuple[tuple[bytes, ...], ...]
    sounds: tuple[bytes, ...]


@functools.cache
def film(seconds: int = 2, bits: int = BITS) -> Film:
    """Encode some seconds of a moving picture and a tone."""
    return Film(tuple(_pictures(seconds, bits)), tuple(_sounds(seconds)))


def _pictures(seconds: int, bits: int):
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base = fractions.Fraction(1, RATE)
    encoder.bit_rate = bits
    encoder.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "minrate": str(bits),
        "maxrate": str(bits),
        "bufsize": str(bits // 4),
        "g": "3000",
    }
    noise = np.random.default_rng(1).integers(0, 120, (200, 200), dtype=np.uint8)
    slope = np.indices((HEIGHT, WIDTH)).sum(0)
    for number in range(seconds * RATE):
        light = ((slope + number * 4) % 256).astype(np.uint8)
        left = 40 + number * 3 % 200
        light[80:280, left : left + 200] = np.roll(noise, number, 0)
        plain = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        frame = av.VideoFrame.from_ndarray(np.concatenate([light, plain]), format="yuv420p")
        frame.pts = number
        yield from (_cut(bytes(packet)) for packet in encoder.encode(frame))


def _cut(picture: bytes) -> tuple[bytes, ...]:
    """Cut a picture into payloads of about the same size."""
    parts = -(-len(picture) // LARGEST)
    size = -(-len(picture) // parts)
    return tuple(
        (_MORE if at else _START) + picture[at : at + size] for at in range(0, len(picture), size)
    )


def _sounds(seconds: int):
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48000, "stereo", "s16"
    encoder.bit_rate = 48000
    for number in range(seconds * 50):
        times = np.arange(960) + number * 960
        tone = (8000 * np.sin(times * 2 * np.pi * 440 / 48000)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], "s16", "stereo")
        frame.sample_rate, frame.pts = 48000, number * 960
        yield from (bytes(packet) for packet in encoder.encode(frame))
