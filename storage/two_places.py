"""Files that lie in one of two places: on this host until they are brought to where they belong."""

from __future__ import annotations

from domain.errors import NotFound
from domain.ports.outside import Objects


class TwoPlaces:
    """Looks on this host first; keeps everything new in the place where it belongs."""

    def __init__(self, here: Objects, home: Objects) -> None:
        self._here = here
        self._home = home

    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes where they belong."""
        await self._home.put(key, data)

    async def get(self, key: str) -> bytes:
        """Return the bytes, or raise NotFound."""
        try:
            return await self._here.get(key)
        except NotFound:
            return await self._home.get(key)

    async def size(self, key: str) -> int:
        """Return how many bytes there are now, or raise NotFound."""
        try:
            return await self._here.size(key)
        except NotFound:
            return await self._home.size(key)

    async def drop(self, key: str) -> None:
        """Delete the bytes in both places."""
        await self._here.drop(key)
        await self._home.drop(key)

    async def part(self, key: str, *, start: int, length: int) -> bytes:
        """Return that many bytes from ``start`` (fewer at the end), or raise NotFound."""
        try:
            return await self._here.part(key, start=start, length=length)
        except NotFound:
            return await self._home.part(key, start=start, length=length)
