"""H.264 written by hand: grey pictures without any compression, so that no encoder is needed.

Every macroblock of a whole picture is I_PCM, every one of the others is skipped (ITU-T H.264, 7.3).
"""

import re
from collections.abc import Iterator

from tests.webrtc.packets import START
from webrtc.codecs import H264
from webrtc.journal import NANOSECONDS, Kind, Record
from webrtc.rtp import HEADER

_PIECE = 1100  # octets
_I, _P = 7, 5
_PCM = 25


class Bits:
    """Bits in the order in which they are sent."""

    def __init__(self) -> None:
        self._bits = ""

    def fixed(self, value: int, count: int = 1) -> "Bits":
        self._bits += f"{value:0{count}b}"
        return self

    def code(self, *values: int) -> "Bits":
        for value in values:
            digits = f"{value + 1:b}"
            self._bits += "0" * (len(digits) - 1) + digits
        return self

    def aligned(self) -> "Bits":
        self._bits += "0" * (-len(self._bits) % 8)
        return self

    def octets(self, octets: bytes) -> "Bits":
        self._bits += "".join(f"{octet:08b}" for octet in octets)
        return self

    def unit(self, head: int) -> bytes:
        """Give a unit with its head, its last bit, and nothing in it that looks like a start."""
        whole = self.fixed(1).aligned()._bits
        plain = int(whole, 2).to_bytes(len(whole) // 8, "big")
        return bytes([head]) + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", plain)


def parameters(width: int, height: int) -> tuple[bytes, bytes]:
    """Sequence and picture parameter sets; width and height are even."""
    columns, rows = -(-width // 16), -(-height // 16)
    right, bottom = (16 * columns - width) // 2, (16 * rows - height) // 2
    sequence = Bits().fixed(66, 8).fixed(0xE0, 8).fixed(31, 8).code(0, 0, 2, 1).fixed(0)
    sequence.code(columns - 1, rows - 1).fixed(0b111, 3).code(0, right, 0, bottom).fixed(0)
    picture = Bits().code(0, 0).fixed(0, 2).code(0, 0, 0).fixed(0, 3).code(0, 0, 0).fixed(0b100, 3)
    return sequence.unit(0x67), picture.unit(0x68)


def whole(width: int, height: int, shade: int) -> bytes:
    """A picture that needs no other."""
    blocks = -(-width // 16) * -(-height // 16)
    bits = Bits().code(0, _I, 0).fixed(0, 4).code(0).fixed(0, 2).code(0, 1)
    for _ in range(blocks):
        bits.code(_PCM).aligned().octets(bytes([shade]) * 256 + bytes([128]) * 128)
    return bits.unit(0x65)


def same(width: int, height: int, number: int) -> bytes:
    """A picture that shows what the one before showed."""
    blocks = -(-width // 16) * -(-height // 16)
    bits = Bits().code(0, _P, 0).fixed(number & 15, 4).fixed(0, 3).code(0, 1, blocks)
    return bits.unit(0x41)


def together(*units: bytes) -> bytes:
    """Several units in one packet (STAP-A)."""
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def pieces(unit: bytes) -> Iterator[bytes]:
    """One unit in several packets (FU-A)."""
    parts = [unit[at : at + _PIECE] for at in range(1, len(unit), _PIECE)]
    for number, part in enumerate(parts):
        ends = (number == 0) << 7 | (number == len(parts) - 1) << 6
        yield bytes([unit[0] & 0xE0 | 28, ends | unit[0] & 31]) + part


def pictures(
    seconds: float, *, size: tuple[int, int] = (160, 90), sequence: int = 65500
) -> Iterator[Record]:
    """Somebody's camera at 20 pictures a second; it is bright for a fifth of each second."""
    since = 0
    for number in range(int(seconds * 20)):
        bright = number % 20 < 4
        since = 0 if number % 20 in {0, 4} else since + 1
        if since:
            payloads = [same(*size, since)]
        else:
            payloads = [together(*parameters(*size)), *pieces(whole(*size, 235 if bright else 60))]
        at = START + number * NANOSECONDS // 20
        for place, payload in enumerate(payloads):
            sequence = (sequence + 1) & 0xFFFF
            marker = 0x80 if place == len(payloads) - 1 else 0
            header = HEADER.pack(0x80, marker | H264.payload_type, sequence, number * 4500, 7)
            yield Record(kind=Kind.VIDEO, arrival=at, data=header + payload)
