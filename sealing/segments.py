"""A sealed file, segment by segment: Tink's AES-GCM-HKDF streaming format, open at any place.

Tink's own Python reads such a file only from its beginning, and a player jumps; what is written
here Tink opens, and the other way round.  Format: developers.google.com/tink/streaming-aead,
``AES256_GCM_HKDF`` with segments of 64 KiB.  A segment that was changed, moved, cut off or taken
from another file does not open.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEGMENT = 64 * 1024  #: sealed octets
TAG = 16
KEY, PREFIX = 32, 7
HEADER = 1 + KEY + PREFIX  #: its own length, the salt, the prefix of every nonce
FIRST = SEGMENT - HEADER - TAG  #: plain octets of the segment that follows the header
OTHER = SEGMENT - TAG
_NONCE = struct.Struct(f"!{PREFIX}sI?")


class Damaged(ValueError):
    """The file was changed, cut, or sealed for another name or with another key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a plain offset lies: in which segment, and how far into it."""

    segment: int
    within: int


def place_of(offset: int) -> Place:
    """Find the segment of a plain offset."""
    if offset < FIRST:
        return Place(0, offset)
    segment, within = divmod(offset - FIRST, OTHER)
    return Place(segment + 1, within)


def start_of(segment: int) -> int:
    """Where a segment begins in the sealed file."""
    return segment * SEGMENT if segment else HEADER


def plain_start_of(segment: int) -> int:
    """Where a segment begins in the plain file."""
    return FIRST + (segment - 1) * OTHER if segment else 0


def segments_of(sealed_size: int) -> int:
    """How many segments a sealed file of this size has; raises Damaged for an impossible size."""
    whole, rest = divmod(sealed_size, SEGMENT)
    count = whole + bool(rest)
    if sealed_size < HEADER + TAG or 0 < rest < TAG:
        raise Damaged("size")
    return count


def plain_size(sealed_size: int) -> int:
    """How many octets are sealed in a file of this size; raises Damaged."""
    return sealed_size - HEADER - segments_of(sealed_size) * TAG


class Seal:
    """What seals and opens the segments of one file, known by its header and its name."""

    def __init__(self, key: bytes, header: bytes, name: str) -> None:
        if len(header) != HEADER or header[0] != HEADER:
            raise Damaged("header")
        salt, self._prefix = header[1 : 1 + KEY], header[1 + KEY :]
        derive = HKDF(algorithm=hashes.SHA256(), length=KEY, salt=salt, info=name.encode())
        self._cipher = AESGCM(derive.derive(key))

    def close(self, number: int, plain: bytes, *, last: bool) -> bytes:
        """Seal one segment; no number twice."""
        return self._cipher.encrypt(self._nonce(number, last=last), plain, None)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Open one segment; raises Damaged."""
        try:
            return self._cipher.decrypt(self._nonce(number, last=last), sealed, None)
        except InvalidTag as reason:
            raise Damaged("segment") from reason

    def _nonce(self, number: int, *, last: bool) -> bytes:
        return _NONCE.pack(self._prefix, number, last)


def new_header() -> bytes:
    """Make the header of a new file."""
    return bytes([HEADER]) + secrets.token_bytes(KEY + PREFIX)
