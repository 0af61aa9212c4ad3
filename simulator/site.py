"""Puts the faces together and guards their door."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator import authorize, control, gateway, phone
from simulator.api import accounts, assets, checks, credentials, links, masses, sending, tags
from simulator.api.door import mount
from simulator.asking import BadRequest
from simulator.messages import BadMessage
from simulator.people import NoSuchUser
from simulator.settings import is_loopback_host
from simulator.world import WORLD, World

_LARGEST_BODY: Final = 12 << 20
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
log = logging.getLogger(__name__)


def make_site(world: World) -> web.Application:
    """Build the application of one world."""
    app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[_guard, _explain])
    app[WORLD] = world
    for face in (control, gateway, authorize, phone):
        app.add_routes(face.routes)
    app.router.add_static("/phone/static", Path(__file__).with_name("static"))
    app.router.add_get("/cgi-bin/showqrcode", assets.show_qr_code)
    parts = (credentials, sending, masses, checks, tags, assets, links, accounts)
    mount(app, [api for part in parts for api in part.APIS])
    app.on_startup.append(_open)
    app.on_shutdown.append(_send_away)
    app.on_cleanup.append(_close)
    return app


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only to this machine's own names and pages."""
    # a foreign name that resolves to loopback (DNS rebinding) is not ours
    if not is_loopback_host(urlsplit(f"//{request.host}").hostname or ""):
        raise web.HTTPMisdirectedRequest
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"http://{request.host}"
    if request.method not in _SAFE and foreign:
        raise web.HTTPForbidden
    response = await handler(request)
    if not response.prepared:
        response.headers.update(_headers(request.app[WORLD]))
    return response


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what cannot be done into an answer for the tester."""
    try:
        return await handler(request)
    except (BadRequest, BadMessage) as error:
        return web.json_response({"error": str(error)}, status=400)
    except NoSuchUser:
        return web.json_response({"error": "nobody has this openid or number"}, status=404)


def _headers(world: World) -> dict[str, str]:
    product = urlsplit(world.settings.product.url)
    origin = f"{product.scheme}://{product.netloc}"
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            f"img-src 'self' blob: {origin}; media-src 'self'; frame-src 'self' {origin}; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


async def _open(app: web.Application) -> None:
    await app[WORLD].postman.open()


async def _send_away(app: web.Application) -> None:
    app[WORLD].doorbell.close()
    await app[WORLD].clock.stop()


async def _close(app: web.Application) -> None:
    await app[WORLD].postman.close()
    app[WORLD].store.close()
