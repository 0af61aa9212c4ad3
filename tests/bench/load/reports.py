"""RTCP as a browser writes and reads it, written apart from the product (RFC 3550, 4585)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

_TICK = 0.00025  # seconds: the unit of an arrival (draft-holmer-rmcat-transport-wide-cc-01)
_EPOCH = 256  # ticks in the unit of the reference time, 64 ms
_MOST = 5000  # sequence numbers in one message


def sender_report(ssrc: int, seconds: float, timestamp: int, packets: int, octets: int) -> bytes:
    """Say which RTP timestamp belongs to which moment."""
    whole = int(seconds)
    part = int((seconds - whole) * (1 << 32))
    fields = (ssrc, whole & 0xFFFFFFFF, part, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return struct.pack("!BBHIIIIII", 0x80, 200, 6, *fields)


def receiver_report(lines: Sequence[tuple[int, int]]) -> bytes:
    """Say how far each stream was received: SSRC and extended highest number, nothing lost."""
    lines = lines[:31]
    head = struct.pack("!BBHI", 0x80 | len(lines), 201, 1 + 6 * len(lines), 1)
    return head + b"".join(struct.pack("!IIIIII", ssrc, 0, top, 0, 0, 0) for ssrc, top in lines)


def missing(ssrc: int, sequences: Iterable[int]) -> bytes:
    """Ask for packets again (generic NACK)."""
    entries = b"".join(struct.pack("!HH", sequence, 0) for sequence in sequences)
    return struct.pack("!BBHII", 0x81, 205, 2 + len(entries) // 4, 1, ssrc) + entries


def arrivals(ssrc: int, number: int, seen: dict[int, float]) -> bytes:
    """Say when each transport-wide number (extended, so that it never wraps) arrived."""
    first, last = min(seen), max(seen)
    count = min(last - first + 1, _MOST)
    reference = int(seen[first] / _TICK) // _EPOCH
    symbols, deltas, at = bytearray(count), bytearray(), reference * _EPOCH
    for place in range(count):
        moment = seen.get(first + place)
        if moment is None:
            continue
        delta = int(moment / _TICK) - at
        at += delta
        if 0 <= delta < 256:
            symbols[place] = 1
            deltas.append(delta)
        else:
            symbols[place] = 2
            deltas += struct.pack("!h", max(-32768, min(32767, delta)))
    head = struct.pack("!HHI", first & 0xFFFF, count, (reference & 0xFFFFFF) << 8 | number & 0xFF)
    body = head + b"".join(_chunks(symbols)) + deltas
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes([padding])
    first_octet = 0x8F | (0x20 if padding else 0)
    return struct.pack("!BBHII", first_octet, 205, 2 + len(body) // 4, 1, ssrc) + body


def _chunks(symbols: bytearray) -> Iterator[bytes]:
    """Run lengths where seven or more are equal, otherwise seven symbols of two bits."""
    at = 0
    while at < len(symbols):
        run = at + 1
        while run < len(symbols) and symbols[run] == symbols[at]:
            run += 1
        if run - at >= 7 or run == len(symbols):
            yield struct.pack("!H", symbols[at] << 13 | (run - at))
            at = run
        else:
            chunk = 0xC000
            for place, symbol in enumerate(symbols[at : at + 7]):
                chunk |= symbol << (12 - 2 * place)
            yield struct.pack("!H", chunk)
            at += 7


def items(compound: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Take a compound packet apart: kind, format and body of each item."""
    at = 0
    while at + 8 <= len(compound):
        first, kind, words = struct.unpack_from("!BBH", compound, at)
        yield kind, first & 31, compound[at + 4 : at + 4 + 4 * words]
        at += 4 + 4 * words


def asked_again(body: bytes) -> Iterator[int]:
    """Read the sequence numbers of a generic NACK's body."""
    for at in range(8, len(body) - 3, 4):
        first, mask = struct.unpack_from("!HH", body, at)
        yield first
        yield from ((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
