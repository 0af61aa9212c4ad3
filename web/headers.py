"""What every answer tells the browser: load nothing foreign, keep nothing, tell nobody."""

from __future__ import annotations

import re

from aiohttp import hdrs, web

from web import early
from web.keys import SETTINGS
from web.settings import WebSettings

_DEVICES = "camera=(self), microphone=(self), geolocation=(self)"
_ROOM = re.compile(r"/(m|desk)/cases/[^/]+/meetings/[^/]+")  # the one page that shows a screen


def policy(settings: WebSettings) -> str:
    """The content security policy: our own files and one script in the page, nobody frames us."""
    # Safari before 15.4 does not count wss:// to ourselves as 'self'.
    socket = settings.centre.public_url.replace("http", "ws", 1)
    frames = settings.frame_origin or "'none'"
    return (
        f"default-src 'self'; script-src 'self' {early.SOURCE}; "
        "img-src 'self' data: blob:; media-src 'self' blob:; "
        f"connect-src 'self' {socket}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-src 'none'; frame-ancestors {frames}"
    )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers to every answer, also to errors and streams."""
    settings = request.app[SETTINGS]
    response.headers.update(_always(settings))
    shown = "self" if _ROOM.fullmatch(request.path) else ""
    response.headers["Permissions-Policy"] = f"{_DEVICES}, display-capture=({shown})"
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    response.headers.popall(hdrs.SERVER, None)


def _always(settings: WebSettings) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": policy(settings),
        "X-Content-Type-Options": "nosniff",
        # Not no-referrer: browsers would then name the origin of our own forms as "null".
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if not settings.frame_origin:
        headers["X-Frame-Options"] = "DENY"
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
