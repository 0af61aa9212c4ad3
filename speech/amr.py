"""AMR-NB as WeChat sends it, cut into frames (RFC 4867, 5: the storage format)."""

from __future__ import annotations

from collections.abc import Iterator

MAGIC = b"#!AMR\n"
SECONDS_OF_A_FRAME = 0.02
OUTSIDE_OF_TYPE = 0x83  #: bits of the first octet of a frame that are zero
#: Octets behind the first one of a frame, by its type; 8 is silence (SID), 15 is nothing at all.
SIZES = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}


def is_amr(data: bytes) -> bool:
    """Tell AMR-NB with one channel from everything else."""
    return data.startswith(MAGIC)


def frames(data: bytes) -> Iterator[bytes]:
    """Give every whole frame; a frame that was cut off at the end is left out.

    Raises ValueError for anything else than a frame: what follows could not be told apart.
    """
    place = len(MAGIC)
    while place < len(data):
        size = SIZES.get(data[place] >> 3 & 0xF)
        if size is None or data[place] & OUTSIDE_OF_TYPE:
            raise ValueError(f"no frame at {place}")
        if place + 1 + size <= len(data):
            yield data[place : place + 1 + size]
        place += 1 + size
