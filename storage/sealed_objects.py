"""Objects that are sealed wherever they are kept: who has the folder or bucket reads nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from domain.errors import Unavailable
from domain.ports.outside import Objects
from sealing.segments import (
    HEADER,
    SEGMENT,
    Damaged,
    Seal,
    place_of,
    plain_size,
    plain_start_of,
    segments_of,
    start_of,
)
from sealing.whole import opened, sealed

MOST_KNOWN = 256  #: files whose header and size are remembered between two parts


@dataclass(frozen=True, slots=True)
class _Known:
    """What must be known of a file before a part of it can be opened."""

    seal: Seal
    size: int  #: sealed


class SealedObjects:
    """Seals what goes into a store under its key, and opens what comes out (ports.Objects)."""

    def __init__(self, store: Objects, key: bytes) -> None:
        self._store = store
        self._key = key
        self._known: dict[str, _Known] = {}

    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes sealed; they are on disk when this returns."""
        await self._store.put(key, await asyncio.to_thread(sealed, self._key, key, data))
        self._known.pop(key, None)

    async def get(self, key: str) -> bytes:
        """Return the bytes, or raise NotFound; Unavailable if they were tampered with."""
        whole = await self._store.get(key)
        try:
            return await asyncio.to_thread(opened, self._key, key, whole)
        except Damaged as reason:
            raise Unavailable(f"{key}: {reason}") from reason

    async def size(self, key: str) -> int:
        """Return how many bytes were put in, or raise NotFound."""
        size = await self._store.size(key)
        try:
            return plain_size(size)
        except Damaged as reason:
            raise Unavailable(f"{key}: {reason}") from reason

    async def drop(self, key: str) -> None:
        """Delete the bytes."""
        await self._store.drop(key)
        self._known.pop(key, None)

    async def part(self, key: str, *, start: int, length: int) -> bytes:
        """Return that many bytes from ``start`` (fewer at the end), or raise NotFound."""
        try:
            if key in self._known and start < plain_size(self._known[key].size):
                try:
                    return await self._part(key, self._known[key], start, length)
                except Damaged:  # it may have been put anew, perhaps by another process
                    del self._known[key]
            return await self._part(key, await self._look_at(key), start, length)
        except Damaged as reason:
            raise Unavailable(f"{key}: {reason}") from reason

    async def _look_at(self, key: str) -> _Known:
        size = await self._store.size(key)
        segments_of(size)
        header = await self._store.part(key, start=0, length=HEADER)
        known = _Known(Seal(self._key, header, key), size)
        while len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[key] = known
        return known

    async def _part(self, key: str, known: _Known, start: int, length: int) -> bytes:
        stop = min(start + length, plain_size(known.size))
        if start >= stop:
            return b""
        count = segments_of(known.size)
        first, last = place_of(start).segment, place_of(stop - 1).segment
        begin, end = start_of(first), min((last + 1) * SEGMENT, known.size)
        octets = await self._store.part(key, start=begin, length=end - begin)
        plain = b"".join(
            known.seal.open(
                number,
                octets[start_of(number) - begin : (number + 1) * SEGMENT - begin],
                last=number == count - 1,
            )
            for number in range(first, last + 1)
        )
        skipped = start - plain_start_of(first)
        return plain[skipped : skipped + stop - start]
