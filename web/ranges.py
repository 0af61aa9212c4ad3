"""Parts of a file by the Range header (RFC 9110, 14), so that a player can jump."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import hdrs, web

from domain.ports.outside import Objects
from web.problems import Problem, Unacceptable

PIECE = 256 * 1024  #: bytes; a film of hours is never held whole


async def film(
    request: web.Request, objects: Objects, key: str, content_type: str
) -> web.StreamResponse:
    """Answer with the whole file or the part asked for, piece by piece."""
    size = await objects.size(key)
    headers = {str(hdrs.ACCEPT_RANGES): "bytes"}
    status, start, stop = 200, 0, size
    if hdrs.RANGE in request.headers:
        start, stop = _wanted(request, size)
        status = 206
        headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{size}"
    answer = web.StreamResponse(status=status, headers=headers)
    answer.content_type, answer.content_length = content_type, stop - start
    await answer.prepare(request)
    async for piece in _pieces(objects, key, start, stop):
        await answer.write(piece)
    await answer.write_eof()
    return answer


async def _pieces(objects: Objects, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
    for begin in range(start, stop, PIECE):
        yield await objects.part(key, start=begin, length=min(PIECE, stop - begin))


def _wanted(request: web.Request, size: int) -> tuple[int, int]:
    try:
        start, stop, _ = request.http_range.indices(size)
    except ValueError:
        start = stop = 0
    if start >= stop:
        headers = {str(hdrs.CONTENT_RANGE): f"bytes */{size}"}
        raise Unacceptable(
            Problem(status=416, code="range", title="没有这一段内容", headers=headers)
        )
    return start, stop
