"""Parts of a file by the Range header (RFC 9110, 14), so that a player can jump."""

from __future__ import annotations

from aiohttp import hdrs, web

from web.problems import Problem, Unacceptable


def part(request: web.Request, data: bytes, content_type: str) -> web.Response:
    """Answer with the whole of the data or the part asked for."""
    headers = {hdrs.ACCEPT_RANGES: "bytes"}
    if hdrs.RANGE not in request.headers:
        return web.Response(body=data, content_type=content_type, headers=headers)
    start, stop = _wanted(request, len(data))
    headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{len(data)}"
    body = data[start:stop]
    return web.Response(status=206, body=body, content_type=content_type, headers=headers)


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
