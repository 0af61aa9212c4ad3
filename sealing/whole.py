"""Sealing and opening what is held whole in memory."""

from __future__ import annotations

from sealing.segments import (
    FIRST,
    HEADER,
    OTHER,
    SEGMENT,
    Seal,
    new_header,
    plain_start_of,
    segments_of,
    start_of,
)


def sealed(key: bytes, name: str, plain: bytes) -> bytes:
    """Seal the octets under the name of their file."""
    header = new_header()
    seal = Seal(key, header, name)
    count = 1 + max(0, -(-(len(plain) - FIRST) // OTHER))
    begins = [plain_start_of(number) for number in range(count)] + [len(plain)]
    return header + b"".join(
        seal.close(number, plain[begins[number] : begins[number + 1]], last=number == count - 1)
        for number in range(count)
    )


def opened(key: bytes, name: str, whole: bytes) -> bytes:
    """Open a sealed file; raises Damaged."""
    count = segments_of(len(whole))
    seal = Seal(key, whole[:HEADER], name)
    return b"".join(
        seal.open(
            number,
            whole[start_of(number) : (number + 1) * SEGMENT],
            last=number == count - 1,
        )
        for number in range(count)
    )
