"""Recordings between the media worker's disk and the place of all files."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from domain.errors import IllegalMove, NotFound
from domain.measures import PIECE, Measured, Measuring
from storage.objects import StoredObjects

JOURNAL = ".journal"
BEGIN = 512  #: octets; a journal's first block and a film's header are within
MOVED = ".moved"  #: stands where a journal was, so that no later one takes its number


class LocalRecordings:
    """What is written on this host and belongs elsewhere (:class:`domain.ports.rooms.Recordings`).

    A file is removed here only after the other place holds one like it; a different file that
    stands there already is never written over.
    """

    def __init__(self, folder: Path, elsewhere: StoredObjects) -> None:
        """``folder`` holds files under their keys."""
        self._folder = folder
        self._elsewhere = elsewhere

    async def store(self, key: str) -> None:
        """Bring a finished file there and leave none behind; raises NotFound."""
        file, there = self._folder / key, await self._size(key)
        if not file.exists():
            if there is None and not _was_never_made(file):
                raise NotFound(key)
            return
        size = file.stat().st_size
        if there is None:
            await self._elsewhere.bring(key, file)
            there = await self._size(key)
        if there != size or not await self._begins_alike(key, file):
            raise IllegalMove(f"{key}: another file of {there} octets is there already")
        await asyncio.to_thread(_remove, file)

    async def measure(self, key: str) -> Measured:
        """Measure a file as it is kept elsewhere; raises NotFound."""
        return await measured_in(self._elsewhere, key)

    async def _begins_alike(self, key: str, file: Path) -> bool:
        """Is it the same one?  Each begins with chance of its own: the salt it is sealed with."""
        with file.open("rb") as here:
            begin = await asyncio.to_thread(here.read, BEGIN)
        return await self._elsewhere.part(key, start=0, length=BEGIN) == begin

    async def _size(self, key: str) -> int | None:
        try:
            return await self._elsewhere.size(key)
        except NotFound:
            return None


class StayingRecordings:
    """Recordings are written where all files are kept, so there is nothing to bring."""

    def __init__(self, home: StoredObjects) -> None:
        self._home = home

    async def store(self, key: str) -> None:
        """Leave the file where it is."""

    async def measure(self, key: str) -> Measured:
        """Measure a file as it is kept; raises NotFound."""
        return await measured_in(self._home, key)


async def measured_in(place: StoredObjects, key: str) -> Measured:
    """Read a file piece by piece as it is kept and measure it; raises NotFound."""
    measuring, size = Measuring(), await place.size(key)
    for start in range(0, size, PIECE):
        piece = await place.part(key, start=start, length=min(PIECE, size - start))
        await asyncio.to_thread(measuring.take, piece)
    return measuring.done()


def _was_never_made(file: Path) -> bool:
    """Is this the film of a journal in which there was nothing to see or hear?"""
    return file.suffix != JOURNAL and file.with_suffix(JOURNAL).exists()


def _remove(file: Path) -> None:
    if file.suffix == JOURNAL:
        mark, until = file.with_suffix(MOVED), file.stat().st_mtime_ns
        mark.touch()
        os.utime(mark, ns=(until, until))  # until when it is recorded: the next one reckons its gap
        file.with_suffix(".kept").unlink(missing_ok=True)
    file.unlink()
