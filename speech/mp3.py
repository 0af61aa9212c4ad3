"""MP3 as the mini-program's recorder makes it, cut into frames (ISO 11172-3, layer III)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TAG = b"ID3"  #: what a file may tell of itself first (ID3v2); nothing of it is read
TAG_HEAD = 10
HEAD = 4
FIRST = 3  #: MPEG-1, as the version bits say it; 2 is MPEG-2, 0 MPEG-2.5
#: kbit/s by index; 0 is the free format, which nobody records.
BITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
BITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES = {
    FIRST: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame with its header."""

    data: bytes
    rate: int
    samples: int


def is_mp3(data: bytes) -> bool:
    """Tell MP3 from everything else, by two frames that follow one another."""
    place = _behind_the_tag(data)
    first = _length(data, place)
    return bool(first) and bool(_length(data, place + first))


def frames(data: bytes) -> Iterator[Frame]:
    """Give every whole frame; what follows the last one, such as a tag, is left out."""
    place = _behind_the_tag(data)
    while (size := _length(data, place)) and place + size <= len(data):
        version, _, rate = _head(data, place)
        samples = 1152 if version == FIRST else 576
        yield Frame(data[place : place + size], rate, samples)
        place += size


def _behind_the_tag(data: bytes) -> int:
    if not data.startswith(TAG) or len(data) < TAG_HEAD:
        return 0
    size = 0
    for octet in data[6:TAG_HEAD]:  # seven bits each
        size = size << 7 | octet & 0x7F
    return TAG_HEAD + size


def _length(data: bytes, place: int) -> int:
    """Say how long the frame here is; 0 where none begins."""
    version, bits, rate = _head(data, place)
    if not bits or not rate:
        return 0
    padded = data[place + 2] >> 1 & 1
    return (144 if version == FIRST else 72) * bits * 1000 // rate + padded


def _head(data: bytes, place: int) -> tuple[int, int, int]:
    """Read version, kbit/s and samples a second; zeros for what is no header of layer III."""
    head = data[place : place + HEAD]
    if len(head) < HEAD or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # noqa: PLR2004  # sync, layer III
        return 0, 0, 0
    version, bits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in RATES or bits >= len(BITS_1) or rate >= len(RATES[version]):
        return 0, 0, 0
    return version, (BITS_1 if version == FIRST else BITS_2)[bits], RATES[version][rate]
