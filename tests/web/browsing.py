"""For a module of pages in a real browser: one Chromium and one loop, a context for each look."""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.web.centre import an_office
from tests.web.visiting import served, visiting
from web.rendering import CARE_COOKIE
from web.sessions import Face, cookie_name

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium():
    program = shutil.which("chromium")
    assert program, "install chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def office(tmp_path, unused_tcp_port, papers, pages):
    async with an_office(tmp_path, unused_tcp_port, papers, pages) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def server(office, unused_tcp_port):
    async with served(office, unused_tcp_port) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(server, office):
    async with visiting(server, office) as visit:
        yield visit


@pytest.fixture
def opened(chromium: Browser, office, server):
    """Opens a page as somebody, and fails if it says anything wrong to its console."""

    @asynccontextmanager
    async def open_page(path, *, size=PHONE, care=False, staff="", resident="", refused=0):
        base = office.settings.centre.public_url
        context = await chromium.new_context(viewport=size, locale="zh-CN")
        cookies = {CARE_COOKIE: "1"} if care else {}
        if staff:
            name = cookie_name(Face.STAFF, office.settings)
            cookies[name] = await office.staff_session(staff)
        if resident:
            name = cookie_name(Face.RESIDENT, office.settings)
            cookies[name] = await office.resident_session(resident)
        await context.add_cookies(
            [{"name": name, "value": value, "url": base} for name, value in cookies.items()]
        )
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        if path:
            await page.goto(base + path)
        yield page
        await context.close()
        assert [said for said in wrong if f"status of {refused}" not in said] == []

    return open_page


FIXTURES = chromium, office, opened, server, visitor
