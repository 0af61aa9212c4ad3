"""Large print in a real browser: what is to be pressed or called stays in one piece."""

from __future__ import annotations

import pytest

from tests.web import browsing
from tests.web.browsing import DESK
from tests.web.test_in_browser import what_is_wrong

pytestmark = pytest.mark.asyncio(loop_scope="module")
chromium, office, opened, server, visitor = browsing.FIXTURES

#: The words of what is chosen that stand on more than one line.
BROKEN = """chosen => [...document.querySelectorAll(chosen)].filter(one => one.checkVisibility())
  .filter(one => [...one.childNodes].filter(node => node.nodeType === 3 && node.data.trim())
    .some(node => { const range = document.createRange(); range.selectNodeContents(node);
      return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1; }))
  .map(one => one.textContent.trim())"""
RIGHT_EDGES = """() => [...document.querySelectorAll('#help-now .calls a')]
  .map(one => Math.round(one.getBoundingClientRect().right))"""


async def test_no_button_of_the_desk_s_header_breaks(office, opened):
    async with opened("/desk", staff="duban", size=DESK, care=True) as page:
        broken = await page.evaluate(BROKEN, ".top a, .top button, .top .who span")
        faults = await what_is_wrong(page, least=59.5)

    assert broken == []
    assert faults == []


async def test_whom_to_call_in_danger_stands_line_by_line(office, opened):
    await office.reported("o-wang", story="我不想活了")

    async with opened("/m/cases", resident="o-wang", care=True) as page:
        broken = await page.evaluate(BROKEN, ".calls li, .calls a")
        edges = await page.evaluate(RIGHT_EDGES)
        faults = await what_is_wrong(page, least=59.5)
        await page.goto(f"{office.settings.centre.public_url}/m/")
        broken += await page.evaluate(BROKEN, ".calls li, .calls a")

    assert broken == []
    assert (len(edges), len(set(edges))) == (4, 1)
    assert faults == []
