"""How large a file is and which hashes it has, as a whole and piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

PIECE = 1 << 20  #: octets; so closely an alteration of a file is located


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A file as it is kept, sealed or encrypted."""

    octets: int
    sha256: str
    pieces: tuple[str, ...]  #: SHA-256 of each piece of :data:`PIECE` octets


class Measuring:
    """A file that is read piece by piece."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self._octets = 0
        self._pieces: list[str] = []

    def take(self, piece: bytes) -> None:
        """Take the next piece; only the last may be shorter than the others."""
        self._whole.update(piece)
        self._octets += len(piece)
        self._pieces.append(hashlib.sha256(piece).hexdigest())

    def done(self) -> Measured:
        """Give what was found."""
        whole = self._whole.hexdigest()
        return Measured(octets=self._octets, sha256=whole, pieces=tuple(self._pieces))


def measured(pieces: Iterable[bytes]) -> Measured:
    """Measure a file whose pieces are all at hand."""
    measuring = Measuring()
    for piece in pieces:
        measuring.take(piece)
    return measuring.done()
