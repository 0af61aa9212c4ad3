"""A centre and its visitors: staff, residents and strangers, each with a browser of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from documents.authority import establish
from documents.page_pictures import PagePictures
from documents.paper_room import PaperRoom, Place
from tests.web.centre import MovableClock, an_office
from web.app import build
from web.sessions import Face, cookie_name

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"


@pytest.fixture
async def office(tmp_path, unused_tcp_port, papers, pages):
    async with an_office(tmp_path, unused_tcp_port, papers, pages) as opened:
        yield opened


@pytest.fixture
async def server(office, unused_tcp_port):
    server = TestServer(build(office.desks, office.settings), port=unused_tcp_port)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """The real paper room; its process starts with the first paper."""
    folder = tmp_path_factory.mktemp("pki")
    establish(folder, committee="枫溪街道人民调解委员会", at=MovableClock().now, demo=True)
    room = PaperRoom(Place(folder, FONTS))
    yield room
    asyncio.run(room.close())


@pytest.fixture(scope="session")
def pages():
    return PagePictures()


@pytest.fixture
async def visitor(server, office):
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
