"""Time stamps from a service at an address, over HTTP as anybody would ask."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web

from documents.timestamps import CONTENT_TYPE, TimeStampService
from documents.verifying import examine
from domain.ports.papers import VerdictKind
from tests.documents.ceremonies import hold


@pytest.fixture
async def stamped_outside(aiohttp_server, office, now):
    """A whole ceremony, and what the service at the address was asked."""
    service, asked = TimeStampService(office.authority), []

    async def stamp(request):
        asked.append(request.content_type)
        reply = service.respond(await request.read(), now)
        return web.Response(body=reply, content_type=CONTENT_TYPE)

    app = web.Application()
    app.router.add_post("/tsa", stamp)
    server = await aiohttp_server(app)
    outside = replace(office, tsa_url=str(server.make_url("/tsa")))
    return await asyncio.to_thread(hold, outside, now), asked


def test_a_whole_ceremony_is_stamped_by_the_service_at_the_address(stamped_outside, trust, now):
    ceremony, asked = stamped_outside

    verdict = examine(ceremony.final, trust, at=now)

    assert verdict.kind is VerdictKind.GENUINE
    assert set(asked) == {"application/timestamp-query"}
    assert len(asked) >= 6
