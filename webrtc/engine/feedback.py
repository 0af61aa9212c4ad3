"""RTCP: what sender and receiver tell each other (RFC 3550, 4585, 5104)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webrtc.engine.interface import SenderReport

OUR_SSRC = 1  #: we send no media of our own

_SR, _RR, _TRANSPORT, _PAYLOAD, _EXTENDED = 200, 201, 205, 206, 207
_NACK, _TWCC = 1, 15
_PLI, _FIR = 1, 4
_RECEIVER_TIME, _SINCE_RECEIVER_TIME = 4, 5  # blocks of an extended report (RFC 3611)
_SPAN = 16  # sequence numbers that one NACK entry covers besides its first
_MAX_REPORTS = 31
_BLOCK = struct.Struct("!IIIIII")  # of a receiver report


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody misses these packets."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeWanted:
    """Somebody cannot go on without a whole picture."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Which transport-wide sequence numbers arrived, and when."""

    first: int
    received: tuple[float | None, ...]  #: seconds on the receiver's clock, ``None`` if lost


@dataclass(frozen=True, slots=True)
class Clocked:
    """Somebody who only receives says what time it is, to hear it back (RFC 3611, 4.4)."""

    ssrc: int
    ntp: int  #: 32.32 fixed point seconds


@dataclass(frozen=True, slots=True)
class Reception:
    """One line of a receiver report."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int  #: the clock mark that came last: the middle of its NTP time
    since_report: int  #: 65,536ths of a second that have passed since then


Item = SenderReport | Reception | Lost | KeyframeWanted | Arrivals | Clocked


def read(datagram: bytes) -> Iterator[Item]:
    """Read a compound packet; whatever is malformed or unknown is skipped."""
    at = 0
    while at + 8 <= len(datagram):
        first, kind, words = struct.unpack_from("!BBH", datagram, at)
        body = datagram[at + 4 : at + 4 * (words + 1)]
        if len(body) < 4 * words:
            return
        if kind == _RR:
            yield from _receptions(body[4:])
        try:
            item = _item(kind, first & 0x1F, body)
        except (struct.error, IndexError):
            item = None
        if item is not None:
            yield item
        at += 4 * (words + 1)


def keyframe_request(ssrc: int) -> bytes:
    """Ask a publisher for a whole picture (PLI)."""
    return struct.pack("!BBHII", 0x80 | _PLI, _PAYLOAD, 2, OUR_SSRC, ssrc)


def missing_request(ssrc: int, sequences: Sequence[int]) -> bytes:
    """Ask a publisher to send packets again (generic NACK)."""
    entries, rest = b"", sorted(sequences)
    while rest:
        first = rest.pop(0)
        mask = 0
        while rest and rest[0] - first <= _SPAN:
            mask |= 1 << rest.pop(0) - first - 1
        entries += struct.pack("!HH", first, mask)
    head = struct.pack("!BBHII", 0x80 | _NACK, _TRANSPORT, 2 + len(entries) // 4, OUR_SSRC, ssrc)
    return head + entries


def receiver_report(lines: Sequence[Reception]) -> bytes:
    """Tell a publisher how its streams arrive."""
    lines = lines[:_MAX_REPORTS]
    head = struct.pack("!BBHI", 0x80 | len(lines), _RR, 1 + 6 * len(lines), OUR_SSRC)
    return head + b"".join(
        _BLOCK.pack(
            line.ssrc,
            line.fraction_lost << 24 | min(line.lost, 0x7FFFFF),
            line.highest & 0xFFFFFFFF,
            line.jitter,
            line.last_report,
            line.since_report,
        )
        for line in lines
    )


def sender_report(ssrc: int, mark: SenderReport, *, packets: int, octets: int) -> bytes:
    """Pass a publisher's clock mark on to a subscriber, under the subscriber's SSRC."""
    counts = (packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return struct.pack("!BBHIQIII", 0x80, _SR, 6, ssrc, mark.ntp, mark.timestamp, *counts)


def clock_echo(ssrc: int, clocked: Clocked) -> bytes:
    """Give somebody's time back at once: the way there and back is all that passed (RFC 3611)."""
    head = struct.pack("!BBHI", 0x80, _EXTENDED, 5, ssrc)
    block = struct.pack(
        "!BBHIII", _SINCE_RECEIVER_TIME, 0, 3, clocked.ssrc, clocked.ntp >> 16 & 0xFFFFFFFF, 0
    )
    return head + block


def arrival_report(ssrc: int, body: bytes) -> bytes:
    """Wrap a transport-wide feedback message."""
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes([padding])
    first = 0x80 | _TWCC | (0x20 if padding else 0)
    return struct.pack("!BBHII", first, _TRANSPORT, 2 + len(body) // 4, OUR_SSRC, ssrc) + body


def _item(kind: int, fmt: int, body: bytes) -> Item | None:
    if kind == _SR:
        return SenderReport(*struct.unpack_from("!IQI", body))
    if kind == _PAYLOAD and fmt in {_PLI, _FIR}:
        return KeyframeWanted(struct.unpack_from("!I", body, 4 if fmt == _PLI else 8)[0])
    if kind == _TRANSPORT and fmt == _NACK:
        return Lost(struct.unpack_from("!I", body, 4)[0], tuple(_sequences(body[8:])))
    if kind == _TRANSPORT and fmt == _TWCC:
        return _arrivals(body[8:])
    if kind == _EXTENDED and body[4] == _RECEIVER_TIME:
        return Clocked(*struct.unpack_from("!I4xQ", body))
    return None


def _receptions(blocks: bytes) -> Iterator[Reception]:
    for at in range(0, len(blocks) - _BLOCK.size + 1, _BLOCK.size):
        ssrc, lost, highest, jitter, last, since = _BLOCK.unpack_from(blocks, at)
        yield Reception(ssrc, lost >> 24, lost & 0xFFFFFF, highest, jitter, last, since)


def _sequences(entries: bytes) -> Iterator[int]:
    for at in range(0, len(entries) - 3, 4):
        first, mask = struct.unpack_from("!HH", entries, at)
        yield first
        for bit in range(_SPAN):
            if mask >> bit & 1:
                yield (first + bit + 1) & 0xFFFF


def _arrivals(body: bytes) -> Arrivals:
    first, count = struct.unpack_from("!HH", body)
    reference = int.from_bytes(body[4:7], "big") * 0.064
    symbols, at = _symbols(body, count)
    clock, received = reference, list[float | None]()
    for symbol in symbols:
        if symbol == 0:
            received.append(None)
            continue
        delta = body[at] if symbol == 1 else struct.unpack_from("!h", body, at)[0]
        at += symbol
        clock += delta * 0.00025
        received.append(clock)
    return Arrivals(first, tuple(received))


def _symbols(body: bytes, count: int) -> tuple[list[int], int]:
    symbols, at = list[int](), 8
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", body, at)
        at += 2
        if not chunk & 0x8000:
            symbols += [min(chunk >> 13 & 3, 2)] * min(chunk & 0x1FFF, count)
        elif not chunk & 0x4000:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
        else:
            symbols += [min(chunk >> shift & 3, 2) for shift in range(12, -1, -2)]
    return symbols[:count], at
