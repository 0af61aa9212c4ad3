"""Packets that look like a browser's: a moving VP8 picture and Opus silence, for journals."""

import struct
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from webrtc.journal import NANOSECONDS, About, Journal, Kind, Record
from webrtc.rtp import HEADER

START = 1_800_000_000 * NANOSECONDS
ABOUT = About(meeting="m1", participant="wang", number=1, started=START)


def speaking(seconds: float, *, skew: float = 0.0) -> list[Record]:
    """Records of somebody on camera; the sound arrives ``skew`` seconds late on the network."""
    records = [*marks(), *pictures(seconds), *sound(seconds, skew)]
    return sorted(records, key=lambda record: record.arrival)


def written(path: Path, records: list[Record], *, per_block: int = 25, key=None) -> list:
    """Write a journal block by block and give what was acknowledged; it stays unfinished."""
    journal = Journal(path, ABOUT, key)
    acknowledged = []
    for at in range(0, len(records), per_block):
        for record in records[at : at + per_block]:
            journal.add(record)
        acknowledged.append(journal.store())
    journal.abandon()
    return acknowledged


def pictures(
    seconds: float, *, begin: float = 0.0, size: tuple[int, int] = (160, 96), sequence: int = 65500
) -> Iterator[Record]:
    """Somebody's camera from this second on; the numbers wrap around on the way."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
    encoder.options = {"deadline": "realtime", "lag-in-frames": "0"}
    for number in range(int(begin * 20), int((begin + seconds) * 20)):
        shade = 235 if number % 20 < 4 else 60
        picture = np.full((size[1], size[0], 3), shade, dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        for packet in encoder.encode(frame):
            sequence = (sequence + 1) & 0xFFFF
            header = HEADER.pack(0x80, 0x80 | 96, sequence, number * 4500, 7)
            at = START + number * NANOSECONDS // 20
            yield Record(kind=Kind.VIDEO, arrival=at, data=header + b"\x10" + bytes(packet))


def marks() -> list[Record]:
    """The publisher's clock marks for sound and picture."""
    return [
        Record(kind=kind, arrival=START, data=struct.pack("!QI", 1000 << 32, 0))
        for kind in (Kind.AUDIO_MARK, Kind.VIDEO_MARK)
    ]


def sound(seconds: float, skew: float = 0.0) -> Iterator[Record]:
    """Somebody's microphone; it arrives ``skew`` seconds late on the network."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48000, "mono", "s16"
    for number in range(int(seconds * 50)):
        times = (np.arange(960) + number * 960) / 48000
        tone = np.where(times % 1 < 0.2, 12000 * np.sin(2 * np.pi * 500 * times), 0)
        frame = av.AudioFrame.from_ndarray(tone.astype(np.int16)[None], "s16", "mono")
        frame.sample_rate, frame.pts = 48000, number * 960
        for packet in encoder.encode(frame):
            header = HEADER.pack(0x80, 111, number & 0xFFFF, number * 960, 8)
            at = START + number * NANOSECONDS // 50 + int(skew * NANOSECONDS)
            yield Record(kind=Kind.AUDIO, arrival=at, data=header + bytes(packet))
