"""A centre and its visitors: staff, residents and strangers, each with a browser of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from documents.authority import establish
from documents.page_pictures import PagePictures
from documents.paper_place import Place
from documents.paper_room import PaperRoom
from tests.web.centre import MovableClock, an_office
from tests.web.visiting import served, visiting

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"


@pytest.fixture
async def office(tmp_path, unused_tcp_port, papers, pages):
    async with an_office(tmp_path, unused_tcp_port, papers, pages) as opened:
        yield opened


@pytest.fixture
async def server(office, unused_tcp_port):
    async with served(office, unused_tcp_port) as opened:
        yield opened


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
    async with visiting(server, office) as visit:
        yield visit
