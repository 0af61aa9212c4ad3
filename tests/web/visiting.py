"""The pages on a port, and those who visit them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from tests.web.centre import Office
from web.app import build
from web.sessions import Face, cookie_name


@asynccontextmanager
async def served(office: Office, port: int) -> AsyncIterator[TestServer]:
    """Serve the office's pages while the block runs."""
    server = TestServer(build(office.desks, office.settings), port=port)
    await server.start_server()
    yield server
    await server.close()


@asynccontextmanager
async def visiting(
    server: TestServer, office: Office
) -> AsyncIterator[Callable[..., Awaitable[TestClient]]]:
    """Gives browsers: a stranger's, or one in which somebody is logged in."""
    opened: list[TestClient] = []

    async def visit(*, staff: str = "", resident: str = "") -> TestClient:
        jar = CookieJar(unsafe=True)
        client = TestClient(server, cookie_jar=jar)
        settings = office.settings
        origin = server.make_url("/")
        if staff:
            name = cookie_name(Face.STAFF, settings)
            jar.update_cookies({name: await office.staff_session(staff)}, origin)
        if resident:
            name = cookie_name(Face.RESIDENT, settings)
            jar.update_cookies({name: await office.resident_session(resident)}, origin)
        client.session.headers["Origin"] = settings.centre.public_url
        opened.append(client)
        return client

    yield visit
    for client in opened:
        await client.close()
