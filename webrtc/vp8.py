"""VP8 in RTP: the payload descriptor (RFC 7741) and a whole picture's own header (RFC 6386)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from webrtc.pictures import LARGEST, UNNUMBERED, Picture, Size

_PLACE, _FIRST = 0x17, 0x10  # of a packet in its picture: S bit, partition 0
OPENINGS = frozenset(one for one in range(256) if one & _PLACE == _FIRST)
_SHORTEST = 3  # octets that could say anything


def begins(payload: bytes) -> bool:
    """Tell whether this is the first packet of a picture that needs no other."""
    start = _behind_descriptor(payload)
    first = bool(payload) and payload[0] in OPENINGS
    return first and start < len(payload) and not payload[start] & 1


def picture(payload: bytes) -> Picture:
    """Read the numbers in a descriptor; a payload that is too short has none."""
    if len(payload) < 6 or not payload[0] & 0x80:  # noqa: PLR2004 (the longest descriptor)
        return UNNUMBERED
    flags, at, place, number, wide = payload[1], 2, 0, 0, False
    if flags & 0x80:
        place, wide = at, bool(payload[at] & 0x80)
        number = (payload[at] & 0x7F) << 8 | payload[at + 1] if wide else payload[at]
        at += 1 + wide
    if flags & 0x40:
        return Picture(place, wide, number, at, payload[at])
    return Picture(place, wide, number)


def size(payload: bytes) -> Size | None:
    """Read width and height of the whole picture that a packet begins (RFC 6386, 9.1)."""
    start = _behind_descriptor(payload)
    if payload[start + 3 : start + 6] != b"\x9d\x01\x2a" or len(payload) < start + 10:
        return None
    width, height = (one & 0x3FFF for one in struct.unpack_from("<HH", payload, start + 6))
    return (width, height) if 0 < width * height <= LARGEST else None


def joined(payloads: Sequence[bytes]) -> bytes:
    """Put the packets of one picture together."""
    return b"".join(payload[_behind_descriptor(payload) :] for payload in payloads)


def _behind_descriptor(payload: bytes) -> int:
    if len(payload) < _SHORTEST:
        return len(payload)
    if not payload[0] & 0x80:
        return 1
    flags, at = payload[1], 2
    if flags & 0x80:
        at += 2 if payload[at] & 0x80 else 1
    return at + bool(flags & 0x40) + bool(flags & 0x30)
