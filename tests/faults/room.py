"""The room as a person in front of a headless page lives through it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page
from playwright.async_api import Error as PageError

from tests.e2e.running import eventually
from tests.faults.asking import Asker
from tests.webrtc.house import CAMERA

PATIENCE = 90.0
Meters = dict[tuple[str, int], float]


@dataclass
class Room:
    """The pages in one meeting, and how many seconds the product has said are recorded."""

    desk: Asker
    meeting: str
    pages: list[Page] = field(default_factory=list)
    acknowledged: Meters = field(default_factory=dict)

    @property
    def mediator(self) -> Page:
        return self.pages[0]

    async def enter(self, page: Page, address: str) -> None:
        """Go in and agree to being recorded; load the page again if it did not work."""
        deadline = time.monotonic() + PATIENCE
        while not await page.is_visible("#inside"):
            assert time.monotonic() < deadline, (
                f"nobody could enter: {await page.inner_text('body')}"
            )
            try:
                await page.goto(address, timeout=15_000)
                await page.wait_for_selector(
                    "#enter:not([disabled]):visible, #inside:not([hidden])", timeout=15_000
                )
                if await page.is_visible("#enter"):  # else the page came back by itself
                    await page.click("#enter", timeout=5_000)
                await page.wait_for_selector(
                    "#inside:not([hidden]), #outside:not([hidden])", timeout=10_000
                )
                if await page.is_visible("#outside"):
                    await page.wait_for_selector("#seen:not(:empty)", timeout=10_000)
                    if await page.is_visible("#understood"):
                        await page.click("#understood", timeout=5_000)
                    await self.mediator.click(".awaited >> text=请进来", timeout=10_000)
                    await page.wait_for_selector("#inside:not([hidden])", timeout=10_000)
            except PageError:
                continue
        self.pages.append(page)
        await self._agree(page)

    async def record(self, seconds: float) -> None:
        """Record until so much more of everybody is on disk and noted."""
        await self._press("#record", lambda: self.mediator.is_visible("#light"))
        before = await self.told()

        async def enough():
            now = await self.told()
            grown: dict[str, float] = {}
            for (who, number), length in now.items():
                grown[who] = grown.get(who, 0.0) + length - before.get((who, number), 0.0)
            return len(grown) >= len(self.pages) and min(grown.values()) >= seconds

        await eventually(enough, within=PATIENCE, every=0.25)

    async def end(self, over: Callable[[], Awaitable[bool]]) -> None:
        """Stop recording and end the meeting for everybody."""

        async def dark() -> bool:
            return not await self.mediator.is_visible("#light")

        await self._press("#stop", dark)
        await self.told()
        await self._press("#end", over)

    async def told(self) -> Meters:
        """How far each segment is recorded, as the product says; what it said once counts."""
        listed = (await self.desk.get(f"/meetings/{self.meeting}/segments"))["items"]
        told = {(one["participant"], one["number"]): float(one["seconds"]) for one in listed}
        for segment, seconds in told.items():
            self.acknowledged[segment] = max(seconds, self.acknowledged.get(segment, 0.0))
        return told

    async def _agree(self, page: Page) -> None:
        async def agreed():
            for button in ("#yes", "#agree"):
                if await page.is_visible(button):
                    await page.click(button, timeout=2_000)
            return await page.is_visible("#withdraw")

        await eventually(_patiently(agreed), within=PATIENCE, every=0.3)

    async def _press(self, button: str, reached: Callable[[], Awaitable[Any]]) -> None:
        async def pressed():
            if await reached():
                return True
            if await self.mediator.is_visible(button):
                await self.mediator.click(button, timeout=2_000)
            return False

        await eventually(_patiently(pressed), within=PATIENCE, every=0.5)


def _patiently(look: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
    """A button that just went away is no end of the world."""

    async def looked():
        try:
            return await look()
        except PageError:
            return False

    return looked


@asynccontextmanager
async def a_page(
    browser: Browser, base: str, cookie: str, secret: str, *, colour: str, pitch: int
) -> AsyncIterator[Page]:
    """A page with a camera, logged in by this session."""
    async with AsyncExitStack() as stack:
        context = await browser.new_context(locale="zh-CN")
        stack.push_async_callback(context.close)
        await context.add_cookies([{"name": cookie, "value": secret, "url": base}])
        camera = json.dumps({"colour": colour, "pitch": pitch})
        await context.add_init_script(f"({CAMERA})({camera})")
        page = await context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        yield page
