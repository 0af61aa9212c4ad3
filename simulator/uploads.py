"""Reads one file of a multipart request, and no more than it may hold."""

from __future__ import annotations

from typing import Final

from aiohttp import BodyPartReader, web

LARGEST: Final = 12 << 20


class NoUpload(Exception):
    """The request holds no such file, or one that is far too large."""


async def uploaded(request: web.Request, name: str) -> bytes:
    """Give the bytes of the file with this field name."""
    if not request.content_type.startswith("multipart/"):
        raise NoUpload(name)
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == name:
            return await _whole(part)
    raise NoUpload(name)


async def _whole(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > LARGEST:
            raise NoUpload("too large")
    return bytes(data)
