"""What anybody may fetch: styles, scripts, time stamps, certificates, and whether we are well."""

from __future__ import annotations

import ipaddress

from aiohttp import hdrs, web

from domain.errors import NotFound
from web.addresses import client_address, comes_through_strangers
from web.api.sessions import counted
from web.bodies import read
from web.keys import DESKS, MEASURES, SETTINGS, STATICS
from web.problems import Problem, Unacceptable
from web.rates import Rate

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
STAMP_QUERY, STAMP_REPLY = "application/timestamp-query", "application/timestamp-reply"
LARGEST_STAMP_QUERY = 8 * 1024
routes = web.RouteTableDef()


@routes.get("/static/{name:.+}")
async def static_file(request: web.Request) -> web.Response:
    """Send a file, for ever if it was asked for by its content."""
    file = request.app[STATICS].get(request.match_info["name"])
    headers = {
        hdrs.ETAG: f'"{file.tag}"',
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
        hdrs.CACHE_CONTROL: FOR_EVER if request.query.get("v") == file.tag else ASK_AGAIN,
    }
    if request.headers.get(hdrs.IF_NONE_MATCH) == f'"{file.tag}"':
        return web.Response(status=304, headers=headers)
    body = file.body
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        headers[hdrs.CONTENT_ENCODING] = "gzip"
        body = file.packed
    return web.Response(body=body, headers=headers, content_type=file.content_type)


@routes.post("/tsa")
async def stamp(request: web.Request) -> web.Response:
    """Answer a time-stamp request (RFC 3161, 3.4)."""
    if request.content_type != STAMP_QUERY:
        raise Unacceptable(
            Problem(status=415, code="unsupported-media-type", title="请提交时间戳请求")
        )
    await counted(request, Rate.STAMP)
    query = await read(request, limit=LARGEST_STAMP_QUERY)
    answer = await request.app[DESKS].authority.stamp(query)
    return web.Response(body=answer, content_type=STAMP_REPLY)


@routes.get("/ca/root.pem")
async def root_certificate(request: web.Request) -> web.Response:
    """Send the root certificate of the built-in authority."""
    pem = await request.app[DESKS].authority.root()
    return web.Response(body=pem, content_type="application/x-pem-file")


@routes.get(r"/ca/{name:[a-z0-9\-]{1,40}}.crl")
async def revocations(request: web.Request) -> web.Response:
    """Send a list of revoked certificates (RFC 5280, 5)."""
    crl = await request.app[DESKS].authority.crl(request.match_info["name"])
    return web.Response(body=crl, content_type="application/pkix-crl")


@routes.get("/healthz")
async def healthz(_: web.Request) -> web.Response:
    """Say that this process answers."""
    return web.json_response({"status": "ok"})


@routes.get("/readyz")
async def readyz(request: web.Request) -> web.Response:
    """Say whether everything this process needs answers too."""
    missing = await request.app[DESKS].ready()
    body = {"status": "unavailable" if missing else "ok", "missing": dict(missing)}
    return web.json_response(body, status=503 if missing else 200)


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Send the figures to whoever measures from inside; for others they do not exist."""
    trusted = request.app[SETTINGS].trusted_proxies
    unknown_way = comes_through_strangers(request, trusted)
    if unknown_way or not _inside(client_address(request, trusted)):
        raise NotFound("metrics")
    measures = request.app[MEASURES]
    measures.fares(await request.app[DESKS].operations.figures())
    return web.Response(
        body=measures.text(),
        headers={hdrs.CONTENT_TYPE: "text/plain; version=0.0.4; charset=utf-8"},
    )


def _inside(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
