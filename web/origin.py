"""A request that changes something has to come from our own pages, or from no browser at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from web.keys import SETTINGS
from web.problems import FOREIGN, Unacceptable
from web.sessions import carries_cookie

SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def own_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse unsafe requests of foreign pages (OWASP ASVS 5.0, 3.5.1)."""
    if request.method not in SAFE or request.headers.get(hdrs.UPGRADE):
        _check(request)
    return await handler(request)


def _check(request: web.Request) -> None:
    origin = request.headers.get(hdrs.ORIGIN)
    # Browsers name the origin of every unsafe request and socket: with a cookie and without an
    # origin it is either not a browser that holds our cookie, or one that hides something.
    if origin is None and not carries_cookie(request):
        return
    if origin != request.app[SETTINGS].centre.public_url:
        raise Unacceptable(FOREIGN)
