"""What goes through the pipe to the child that makes a part, and what comes back."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from webrtc.journal import Kind, Record

_LENGTH = struct.Struct("!I")
_RECORD = struct.Struct("!HBqI")  # which journal, kind, arrival, length
_PACKET = struct.Struct("!?I?I")  # picture or sound, ms of the film, key, length


class Packet(NamedTuple):
    """An encoded picture, or 20 ms of sound."""

    picture: bool
    at: int  #: ms of the film
    key: bool
    data: bytes


def packed_head(told: Mapping[str, Any]) -> bytes:
    """Write what comes first."""
    head = json.dumps(told, ensure_ascii=False).encode()
    return _LENGTH.pack(len(head)) + head


def head_of(octets: bytes) -> tuple[Any, int]:
    """Read what comes first, and say where the rest begins; raises ValueError."""
    try:
        (length,) = _LENGTH.unpack_from(octets)
    except struct.error as reason:
        raise ValueError("no head") from reason
    end = _LENGTH.size + length
    return json.loads(octets[_LENGTH.size : end]), end


def packed_record(journal: int, record: Record) -> bytes:
    """Write one record of a journal."""
    return _RECORD.pack(journal, record.kind, record.arrival, len(record.data)) + record.data


def records_of(octets: bytes, at: int) -> Iterator[tuple[int, Record]]:
    """Read the records, each with its journal."""
    while at < len(octets):
        journal, kind, arrival, length = _RECORD.unpack_from(octets, at)
        at += _RECORD.size
        yield journal, Record(kind=Kind(kind), arrival=arrival, data=octets[at : at + length])
        at += length


def packed_packets(packets: Iterable[Packet]) -> bytes:
    """Write what was encoded."""
    return b"".join(
        _PACKET.pack(one.picture, one.at, one.key, len(one.data)) + one.data for one in packets
    )


def packets_of(octets: bytes, at: int) -> Iterator[Packet]:
    """Read what was encoded; raises ValueError where it is cut."""
    while at < len(octets):
        try:
            picture, when, key, length = _PACKET.unpack_from(octets, at)
        except struct.error as reason:
            raise ValueError("cut") from reason
        at += _PACKET.size
        data = octets[at : at + length]
        if len(data) < length:
            raise ValueError("cut")
        yield Packet(picture, when, key, data)
        at += length
