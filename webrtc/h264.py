"""H.264 in RTP (RFC 6184), and the size that a sequence parameter set tells (ITU-T H.264, 7.3.2.1).

A picture that needs no other begins with its parameter sets, as every browser sends them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webrtc.pictures import LARGEST, UNNUMBERED, Picture, Size

_START = b"\0\0\0\1"  # of a unit in a stream of octets (ITU-T H.264, annex B)
_KIND = 0x1F
_PARAMETERS, _LAST_KIND, _SEVERAL, _PIECE = 7, 23, 24, 28  # SPS, single units, STAP-A, FU-A
OPENINGS = frozenset(one for one in range(256) if one & _KIND in {_PARAMETERS, _SEVERAL})
_LONGEST = 256  # octets of parameters that are looked at
_BLOCK = 16  # pixels
_WITH_COLOURS = {100, 110, 122, 244, 44}  # profiles that tell more of them: high and above
_APART = 3  # colours as finely as light
_MOST_OFFSETS = 255  # in one cycle of picture orders
_LONGEST_CODE = 32  # bits


def begins(payload: bytes) -> bool:
    """Tell whether this is the first packet of a picture that needs no other."""
    return any(unit[0] & _KIND == _PARAMETERS for unit in _units(payload))


def picture(_: bytes) -> Picture:
    """H.264 numbers no pictures in its packets."""
    return UNNUMBERED


def size(payload: bytes) -> Size | None:
    """Read width and height of the whole picture that a packet begins."""
    for unit in _units(payload):
        if unit[0] & _KIND == _PARAMETERS:
            return _size(unit[:_LONGEST])
    return None


def joined(payloads: Sequence[bytes]) -> bytes:
    """Put the packets of one picture together, as annex B has it."""
    parts: list[bytes] = []
    for payload in payloads:
        if len(payload) > 1 and payload[0] & _KIND == _PIECE:
            if payload[1] & 0x80:
                parts += (_START, bytes([payload[0] & ~_KIND & 0xFF | payload[1] & _KIND]))
            parts.append(payload[2:])
        else:
            for unit in _units(payload):
                parts += (_START, unit)
    return b"".join(parts)


def _units(payload: bytes) -> Iterator[bytes]:
    """Give what a packet holds whole."""
    kind = payload[0] & _KIND if payload else 0
    if 0 < kind <= _LAST_KIND:
        yield payload
    elif kind == _SEVERAL:
        at = 1
        while length := int.from_bytes(payload[at : at + 2], "big"):
            unit = payload[at + 2 : at + 2 + length]
            if len(unit) < length:
                return
            yield unit
            at += 2 + length


def _size(parameters: bytes) -> Size | None:
    try:
        width, height = _read_size(_Bits(parameters.replace(b"\0\0\3", b"\0\0")))
    except ValueError:
        return None
    return (width, height) if min(width, height) > 0 and width * height <= LARGEST else None


def _read_size(bits: _Bits) -> Size:
    """Raises ValueError where there is none."""
    bits.take(8)
    profile = bits.take(8)
    bits.take(16)  # constraints and level
    bits.code()  # its number
    if profile in _WITH_COLOURS:
        _pass_colours(bits)
    bits.code()  # how long frame numbers are
    _pass_order(bits)
    bits.code()  # reference pictures
    bits.take(1)
    columns, rows = bits.code() + 1, bits.code() + 1
    fields = 1 - bits.take(1)  # two fields, each of half the lines
    bits.take(1 + fields)
    left, right, top, bottom = (bits.code() for _ in range(4)) if bits.take(1) else (0, 0, 0, 0)
    width = _BLOCK * columns - 2 * (left + right)
    return width, (1 + fields) * (_BLOCK * rows - 2 * (top + bottom))


def _pass_colours(bits: _Bits) -> None:
    if bits.code() == _APART:
        bits.take(1)
    bits.code(2)
    bits.take(1)
    if bits.take(1):
        raise ValueError("scaling of its own")


def _pass_order(bits: _Bits) -> None:
    order = bits.code()
    if order == 0:
        bits.code()
    elif order == 1:
        bits.take(1)
        bits.code(2)
        bits.code(min(bits.code(), _MOST_OFFSETS))


class _Bits:
    """Bits from the first on, and the codes of variable length in them (ITU-T H.264, 9.1)."""

    def __init__(self, octets: bytes) -> None:
        self._value = int.from_bytes(octets, "big")
        self._left = 8 * len(octets)

    def take(self, count: int) -> int:
        """Give so many bits as a number.  Raises ValueError behind the end."""
        self._left -= count
        if self._left < 0:
            raise ValueError("too short")
        return self._value >> self._left & (1 << count) - 1

    def code(self, count: int = 1) -> int:
        """Pass so many codes and give the last one's number.  Raises ValueError."""
        number = 0
        for _ in range(count):
            zeros = 0
            while not self.take(1):
                zeros += 1
                if zeros > _LONGEST_CODE:
                    raise ValueError("no code")
            number = (1 << zeros) - 1 + self.take(zeros)
        return number
