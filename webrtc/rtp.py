"""Reading RTP packets: header extensions (RFC 8285) and the VP8 payload descriptor (RFC 7741)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

HEADER = struct.Struct("!BBHII")  #: V P X CC, M PT, sequence, timestamp, SSRC
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_SEQUENCE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
CLOCKS = {"audio": 48_000, "video": 90_000}  #: ticks per second of Opus (RFC 7587) and VP8

_EXTENSION, _PADDING = 0x10, 0x20
_TWO_BYTES = 2
_LARGEST = 8192 * 4320  # pixels: twice the largest picture of today's cameras


def newer(sequence: int, than: int) -> bool:
    """Compare 16-bit sequence numbers that wrap around (RFC 1982)."""
    return sequence != than and (sequence - than) & 0xFFFF < 0x8000  # noqa: PLR2004 (half the range)


def payload_bounds(packet: bytearray | bytes, length: int) -> tuple[int, int, int]:
    """Give where the extension block, the payload and its end are, inside ``length`` bytes.

    The end is before the start if the packet lies about its own sizes.
    """
    first = packet[0]
    start = extensions = 12 + ((first & 0x0F) << 2)
    if first & _EXTENSION:
        extensions = start + 4
        words = packet[start + 2] << 8 | packet[start + 3] if extensions <= length else length
        start = extensions + 4 * words
    end = length - packet[length - 1] if first & _PADDING else length
    return extensions, start, end


def extension(packet: bytearray | bytes, start: int, end: int, wanted: int) -> bytes | None:
    """Find one element among the one-byte-header extensions."""
    for number, at, length in _elements(packet, start, end):
        if number == wanted:
            return bytes(packet[at : at + length])
    return None


def transport_sequence(packet: bytearray, start: int, end: int, wanted: int) -> int | None:
    """Read the transport-wide sequence number, if the packet carries one."""
    for number, at, length in _elements(packet, start, end):
        if number == wanted and length == _TWO_BYTES:
            return packet[at] << 8 | packet[at + 1]
    return None


def extension_block(elements: dict[int, bytes]) -> bytes:
    """Write header extensions, padded to whole words."""
    body = b"".join(bytes([key << 4 | len(value) - 1]) + value for key, value in elements.items())
    body += bytes(-len(body) % 4)
    return b"\xbe\xde" + struct.pack("!H", len(body) // 4) + body


def is_vp8_keyframe_start(payload: bytes) -> bool:
    """Tell whether this is the first packet of a picture that needs no other."""
    start = vp8_frame_offset(payload)
    begins = bool(payload) and payload[0] & 0x17 == 0x10  # noqa: PLR2004 (S bit, partition 0)
    return begins and start < len(payload) and not payload[start] & 1


def vp8_frame_offset(payload: bytes) -> int:
    """Give where the picture's own bytes begin, behind the payload descriptor."""
    if len(payload) < _TWO_BYTES + 1:
        return len(payload)
    if not payload[0] & 0x80:
        return 1
    flags, at = payload[1], 2
    if flags & 0x80:
        at += 2 if payload[at] & 0x80 else 1
    return at + bool(flags & 0x40) + bool(flags & 0x30)


class Picture(NamedTuple):
    """Where the numbers of a picture stand in its VP8 payload descriptor, and what they are."""

    place: int = 0  #: of the picture number; 0 if there is none
    wide: bool = False  #: fifteen bits instead of seven
    number: int = 0
    base_place: int = 0  #: of TL0PICIDX; 0 if there is none
    base: int = 0

    @classmethod
    def of(cls, payload: bytes) -> Picture:
        """Read a descriptor; a payload that is too short has no numbers."""
        if len(payload) < 6 or not payload[0] & 0x80:  # noqa: PLR2004 (the longest descriptor)
            return cls()
        flags, at, place, number, wide = payload[1], 2, 0, 0, False
        if flags & 0x80:
            place, wide = at, bool(payload[at] & 0x80)
            number = (payload[at] & 0x7F) << 8 | payload[at + 1] if wide else payload[at]
            at += 1 + wide
        if flags & 0x40:
            return cls(place, wide, number, at, payload[at])
        return cls(place, wide, number)


def vp8_size(frame: bytes) -> tuple[int, int] | None:
    """Read width and height from a key frame's own header (RFC 6386, 9.1), if they make sense."""
    if len(frame) < 10 or frame[3:6] != b"\x9d\x01\x2a":  # noqa: PLR2004 (key frame header)
        return None
    width, height = (one & 0x3FFF for one in struct.unpack_from("<HH", frame, 6))
    return (width, height) if 0 < width * height <= _LARGEST else None


def size_of_whole_picture(packet: bytes) -> tuple[int, int] | None:
    """Read the size of the whole picture that a packet without extensions begins."""
    if len(packet) <= HEADER.size or not packet[HEADER.size] & 0x10:
        return None
    payload = packet[HEADER.size :]
    if not is_vp8_keyframe_start(payload):
        return None
    return vp8_size(payload[vp8_frame_offset(payload) :])


def _elements(packet: bytearray | bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    while start < end:
        head = packet[start]
        if head == 0:  # padding between elements
            start += 1
            continue
        length = (head & 0x0F) + 1
        if start + 1 + length > end:
            return
        yield head >> 4, start + 1, length
        start += 1 + length
