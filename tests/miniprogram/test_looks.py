"""The pages as a browser lays them out: sizes for fingers, contrast for eyes, names for ears.

Chromium stands in for WeChat's renderer: same elements, classes and styles, not its pixels.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ViewportSize, async_playwright

from tests.webrtc.house import ARGUMENTS

HERE = Path(__file__).parent
SCREEN = ViewportSize(width=390, height=844)
NARROW = ViewportSize(width=320, height=640)  #: the narrowest phone that is still in use
WITHIN = 180  #: seconds
TOUCHED = "wx-button, wx-input, wx-textarea, wx-picker, [role=button]"
REPORT = [f"report-{step}" for step in range(6)]
OWN = ["messages", "check", "checked", "warnings", "mine"]
WORK = ["enter", "tasks", "task", "task-clerk", "take"]
PAGES = ["home", *REPORT, "result", "cases", "case", "scan", "rate", "web", *OWN, *WORK]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def drawn(node, centre, tmp_path_factory):
    """Every page, in plain and in large print, with what the server says."""
    folder = tmp_path_factory.mktemp("drawn")
    done = subprocess.run(
        [node, str(HERE / "draw_pages.js"), str(folder)],
        env=centre.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
async def page():
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield await browser.new_page(viewport=SCREEN)
        finally:
            await browser.close()


async def test_every_target_is_large_enough_for_a_finger(page, drawn):
    assert await small_targets(page, drawn, PAGES, least=44) == []


async def test_in_large_print_every_target_is_larger_still(page, drawn):
    assert await small_targets(page, drawn, [f"{name}-large" for name in PAGES], least=60) == []


async def test_nothing_is_wider_than_the_narrowest_phone(page, drawn):
    await page.set_viewport_size(NARROW)
    wide = []
    for name in [*PAGES, *(f"{name}-large" for name in PAGES)]:
        await page.goto((drawn / f"{name}.html").as_uri())
        width = await page.evaluate("document.documentElement.scrollWidth")
        wide += [(name, width)] if width > NARROW["width"] else []

    assert wide == []


async def test_words_have_contrast_and_everything_has_a_name(page, drawn):
    found = []
    for name in [*PAGES, *(f"{name}-large" for name in PAGES)]:
        await page.goto((drawn / f"{name}.html").as_uri())
        judged = await Axe().run(page, options=RULES)
        found += [
            (name, one["id"], node["html"][:120])
            for one in judged.response["violations"]
            for node in one["nodes"]
        ]

    assert found == []


async def small_targets(page, folder, names, *, least):
    small = []
    for name in names:
        await page.goto((folder / f"{name}.html").as_uri())
        for target in await page.locator(TOUCHED).all():
            box = await target.bounding_box()
            assert box
            if min(box["width"], box["height"]) < least:
                small.append((name, await target.inner_text(), box["width"], box["height"]))
    return small
