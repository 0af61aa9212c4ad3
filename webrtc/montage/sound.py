"""The sound of a part: decoded, laid at its time, gated between the lines, mixed, encoded."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from operator import add, mul

import av
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from webrtc.montage.packing import Packet
from webrtc.montage.sources import Timed
from webrtc.montage.turns import FRAME, open_gates

RATE = 48_000
SAMPLES = RATE * FRAME // 1000
AROUND = 20  #: frames decoded before and after the part, for levels and for the encoder
BIT_RATE = 32_000
_PREROLL = 4  # packets that only bring the encoder to where the part before left it
_HEAD = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 0, RATE, 0, 0)  # RFC 7845, 5.1: one channel
_SNAP = 0.010  # seconds by which a frame may be off and still follows the one before
_TURNED_DOWN = 0.1  # 20 dB
_HIGHEST, _LOWEST = 32767, -32768


class Track:
    """One person's sound in a part, and 0.4 s on each side."""

    def __init__(self, milliseconds: int) -> None:
        self.frames = -(-milliseconds // FRAME)
        self._samples = array("h", bytes(2 * SAMPLES * (self.frames + 2 * AROUND)))
        self._next = 0

    def lay(self, timed: Iterable[Timed]) -> None:
        """Decode what was said and lay it at its time; what is missing stays silent."""
        decoder = _decoder()
        for one in timed:
            if not -2 * AROUND < one.at * 1000 / FRAME < self.frames + AROUND:
                continue
            try:
                for frame in decoder.decode(av.Packet(one.frame.data)):
                    self._put(one.at, bytes(frame.planes[0])[: 2 * frame.samples])
            except FFmpegError:  # what a stranger's browser sent is no sound
                decoder = _decoder()

    def power(self) -> list[float]:
        """Give the mean square of each frame."""
        found = []
        for at in range(self.frames + 2 * AROUND):
            one = self.frame(at - AROUND)
            found.append(sum(map(mul, one, one)) / SAMPLES)
        return found

    def frame(self, number: int) -> array[int]:
        """Give the samples of one frame of the part; those before it have negative numbers."""
        begin = (number + AROUND) * SAMPLES
        return self._samples[begin : begin + SAMPLES]

    def _put(self, at: float, samples: bytes) -> None:
        begin = round(at * RATE) + AROUND * SAMPLES
        if abs(begin - self._next) < _SNAP * RATE:
            begin = self._next
        heard = array("h", samples)
        self._next = begin + len(heard)
        heard = heard[max(0, -begin) :]
        begin = max(0, begin)
        heard = heard[: max(0, len(self._samples) - begin)]
        self._samples[begin : begin + len(heard)] = heard


def mixed(tracks: Sequence[Track], powers: Sequence[Sequence[float]]) -> Iterator[array[int]]:
    """Give the frames of all lines together, from the encoder's preroll to the end of the part."""
    gates = [[1.0 if is_open else _TURNED_DOWN for is_open in one] for one in open_gates(powers)]
    frames = tracks[0].frames if tracks else 0
    for number in range(-_PREROLL, frames):
        at = number + AROUND
        heard = [
            _louder(track.frame(number), gate[at - 1], gate[at])
            for track, gate, power in zip(tracks, gates, powers, strict=True)
            if power[at] > 0
        ]
        yield _sum(heard)


def encoded(frames: Iterable[array[int]], begin: int, count: int) -> Iterator[Packet]:
    """Encode ``count`` frames of a part; its packets follow those of the part before."""
    encoder = _encoder()
    made: list[bytes] = []
    for number, samples in enumerate(frames):
        frame = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.pts = RATE, number * SAMPLES
        made += [bytes(packet) for packet in encoder.encode(frame)]
    made += [bytes(packet) for packet in encoder.encode(None)]
    for number, data in enumerate(made[_PREROLL : _PREROLL + count]):
        yield Packet(picture=False, at=begin + number * FRAME, key=True, data=data)


def silent(milliseconds: int) -> Iterator[array[int]]:
    """Give silence instead of what cannot be heard."""
    for _ in range(_PREROLL + -(-milliseconds // FRAME)):
        yield array("h", bytes(2 * SAMPLES))


def _louder(samples: array[int], before: float, now: float) -> array[int]:
    if before == now == 1.0:
        return samples
    step = (now - before) / SAMPLES
    return array("h", [int(one * (before + step * at)) for at, one in enumerate(samples)])


def _sum(heard: Sequence[array[int]]) -> array[int]:
    if len(heard) == 1:
        return heard[0]
    whole: Iterable[int] = array("h", bytes(2 * SAMPLES))
    for one in heard:
        whole = map(add, whole, one)
    return array("h", [min(_HIGHEST, max(_LOWEST, one)) for one in whole])


def _decoder() -> AudioCodecContext:
    made = av.CodecContext.create("libopus", "r")
    made.extradata = _HEAD
    return made


def _encoder() -> AudioCodecContext:
    made = av.CodecContext.create("libopus", "w")
    made.sample_rate, made.layout, made.format = RATE, "mono", "s16"
    made.bit_rate = BIT_RATE
    return made
