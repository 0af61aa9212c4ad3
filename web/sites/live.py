"""What changes at the desk is told at once: ids only, whoever hears one asks again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from aiohttp import hdrs, web

from domain.ports.outside import Bus
from services.tidings import DESK
from web.admission import desks_of
from web.keys import LIVE
from web.sessions import staff

BEAT_SECONDS = 15.0
LONGEST_SECONDS = 600.0  #: then the browser comes again and is asked again who it is
OPENING = b"retry: 2000\nevent: ready\ndata: {}\n\n"
BEAT = b": here\n\n"


async def events(request: web.Request) -> web.StreamResponse:
    """Keep telling a member of staff what changed (server-sent events)."""
    await staff(request)
    response = web.StreamResponse(
        headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    telling = asyncio.create_task(_tell(desks_of(request).bus, response))
    request.app[LIVE].add(telling)
    telling.add_done_callback(request.app[LIVE].discard)
    try:
        await telling
    except asyncio.CancelledError:
        telling.cancel()
        if request.transport is None or request.transport.is_closing():
            raise
    return response


async def end_all(app: web.Application) -> None:
    """End every open stream, so that the process can stop."""
    open_streams = app[LIVE]
    for telling in open_streams.copy():
        telling.cancel()


async def _tell(bus: Bus, response: web.StreamResponse) -> None:
    try:
        async with asyncio.timeout(LONGEST_SECONDS), asyncio.TaskGroup() as both:
            both.create_task(_pass_on(bus.subscribe(DESK), response))
            both.create_task(_beat(response))
    except* (ConnectionError, TimeoutError):
        pass  # the browser went away, or comes again and is asked who it is


async def _pass_on(heard: AsyncIterator[Mapping[str, str]], response: web.StreamResponse) -> None:
    try:
        await response.write(OPENING)
        async for message in heard:
            await response.write(f"event: change\ndata: {json.dumps(dict(message))}\n\n".encode())
    finally:
        leave = getattr(heard, "aclose", None)
        if leave is not None:
            await leave()


async def _beat(response: web.StreamResponse) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        await response.write(BEAT)
