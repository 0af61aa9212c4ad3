"""The SMS face: one signed call."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from simulator import logbook, misfortune, sms
from simulator.world import WORLD, World

routes: Final = web.RouteTableDef()
_LARGEST: Final = 4096


@routes.post("/sms/send")
async def send(request: web.Request) -> web.Response:
    """Take a message over for delivery, once per id."""
    world = request.app[WORLD]
    struck = await misfortune.strikes_before(world, request)
    if struck is not None:
        return struck
    try:
        accepted = await _accept(world, request)
        status, answer = 200, {"status": "accepted", "id": accepted}
    except sms.BadSms as refusal:
        status, answer = refusal.status, {"status": "refused", "code": refusal.code}
        if refusal.sms_id is not None:
            answer["id"] = refusal.sms_id
    await world.store.within(
        logbook.note,
        at=world.clock.now(),
        face="sms",
        what="POST /sms/send",
        detail={"http": status, "code": answer.get("code", "")},
    )
    misfortune.strikes_after(world, request)
    return web.json_response(answer, status=status)


async def _accept(world: World, request: web.Request) -> str:
    if misfortune.system_error(world, request):
        raise sms.BadSms(503, "unavailable")
    body = await request.read()
    at = world.clock.now()
    sms.check_signature(
        world.settings.sms.key,
        authorization=request.headers.get("Authorization", ""),
        timestamp=request.headers.get("X-Timestamp", ""),
        body=body,
        at=at,
    )
    if len(body) > _LARGEST:
        raise sms.BadSms(400, "malformed")
    read = sms.read_sms(body)
    await world.store.within(sms.accept, read, at=at)
    world.doorbell.ring()
    return read.id
