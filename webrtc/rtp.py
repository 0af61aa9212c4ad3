"""Reading and writing the headers of RTP packets and their extensions (RFC 3550, RFC 8285)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

HEADER = struct.Struct("!BBHII")  #: V P X CC, M PT, sequence, timestamp, SSRC
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_SEQUENCE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
CLOCKS = {"audio": 48_000, "video": 90_000}  #: ticks per second of Opus (RFC 7587) and pictures

_EXTENSION, _PADDING = 0x10, 0x20
_TWO_BYTES = 2


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
