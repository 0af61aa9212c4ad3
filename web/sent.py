"""What people sent, given to a browser: pictures and our own copies are shown, else a file."""

from __future__ import annotations

from aiohttp import hdrs, web

SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "audio/webm"})


def as_sent(data: bytes, content_type: str) -> web.Response:
    """Answer with the bytes as they came; a page that calls itself a picture is never opened."""
    if content_type in SHOWN:
        return web.Response(body=data, content_type=content_type)
    headers = {hdrs.CONTENT_DISPOSITION: "attachment"}
    return web.Response(body=data, content_type="application/octet-stream", headers=headers)
