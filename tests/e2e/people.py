"""What people do in their browsers: tap, type, read, write their name by hand."""

from __future__ import annotations

import json
import math
import re
import shutil
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.e2e.running import ROOT, Demo, totp
from tests.webrtc.house import ARGUMENTS, CAMERA, FREELY

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
PICTURES = ROOT / "docs" / "pictures"
SETTLED = """() => [...document.images].every((one) => one.complete)
  && !document.querySelector('#live')?.textContent.startsWith('正在连接')"""
PATIENCE = 30_000  #: ms that a page may take on a busy machine


@asynccontextmanager
async def a_browser():
    """One headless Chromium for everybody; each person has a context of their own."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, FREELY]
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Somebody:
    """A person with a browser: a phone in the hand or a desk in the office."""

    demo: Demo
    context: BrowserContext
    page: Page
    troubles: list[str] = field(default_factory=list)
    keep_pictures: bool = False

    async def goes_to(self, address: str) -> Page:
        """Open an address in a page of its own."""
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE)
        self._listen(page)
        await page.goto(address)
        return page

    async def shows(self, page: Page, name: str) -> None:
        """Keep a picture of the page for the README and for eyes."""
        if self.keep_pictures:
            PICTURES.mkdir(parents=True, exist_ok=True)
            await page.wait_for_function(SETTLED)
            await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))


async def somebody(
    demo: Demo, browser: Browser, stack: AsyncExitStack, *, viewport=PHONE, camera=None
) -> Somebody:
    """Give somebody a browser; ``camera`` is the colour and pitch of what they film."""
    context = await browser.new_context(viewport=viewport, locale="zh-CN")
    stack.push_async_callback(context.close)
    if camera is not None:
        await context.add_init_script(f"({CAMERA})({json.dumps(camera)})")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    one = Somebody(demo=demo, context=context, page=page)
    one._listen(page)
    return one


@dataclass
class Resident:
    """Somebody with the simulator's phone."""

    who: Somebody
    name: str

    @property
    def phone(self) -> Page:
        return self.who.page

    async def takes_the_phone(self) -> None:
        """Make the browser this person's phone."""
        await self.phone.goto(f"{self.who.demo.simulator}/phone#people")
        person = self.phone.locator("#people-list > li", has_text=self.name)
        await expect(person).to_be_visible()
        if await person.get_by_role("button").count():
            await person.get_by_role("button").click()
        await expect(self.phone.locator("#owner-name")).to_contain_text(self.name)

    async def follows(self) -> None:
        """Follow the official account."""
        await self.phone.goto(f"{self.who.demo.simulator}/phone#chat")
        await self.phone.get_by_role("button", name="关注公众号").click()
        await expect(self.phone.locator("#bubbles li.them").first).to_contain_text(
            "综治中心", timeout=PATIENCE
        )

    async def says(self, words: str, *, until: str) -> None:
        """Write to the account and wait for an answer that contains ``until``."""
        before = await self.phone.locator("#bubbles li.them").count()
        await self.phone.get_by_placeholder("在这里写字").fill(words)
        await self.phone.get_by_role("button", name="发送").click()
        answers = self.phone.locator("#bubbles li.them")
        await expect(answers.nth(before)).to_contain_text(until, timeout=PATIENCE)

    async def last_sms(self, containing: str) -> str:
        """Read the newest SMS with these words."""
        await self.phone.goto(f"{self.who.demo.simulator}/phone#sms")
        message = self.phone.locator("#sms-list > li", has_text=containing).first
        await expect(message).to_be_visible(timeout=PATIENCE)
        return await message.inner_text()

    async def last_notice(self, containing: str) -> str:
        """Give the address behind the newest service notice with these words."""
        await self.phone.goto(f"{self.who.demo.simulator}/phone#chat")
        notice = self.phone.locator("#bubbles li.them", has_text=containing).last
        await expect(notice.get_by_role("button", name="查看详情")).to_be_visible(timeout=PATIENCE)
        number = await notice.get_attribute("data-id")
        return await self.phone.evaluate(
            "async number => (await (await fetch('/phone/state')).json())"
            ".chat.find(one => String(one.id) === number).body.url",
            number,
        )


def address_in(words: str) -> str:
    """The link in a message."""
    found = re.search(r"https?://[^\s，。）)】]+", words)
    assert found, words
    return found.group()


def code_in(words: str) -> str:
    """The six digits in a message."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", words)
    assert found, words
    return found.group()


async def proves_the_number(resident: Resident, page: Page) -> None:
    """Log in on an invitation's page by the code in a second SMS."""
    await page.get_by_role("button", name=re.compile("发验证码到")).click()
    await expect(page.locator("input[name=code]")).to_be_visible()
    code = code_in(await resident.last_sms("登录验证码"))
    await page.locator("input[name=code]").fill(code)
    await page.get_by_role("button", name="确认").click()


async def logs_in(member: Somebody, login: str) -> None:
    """Log in at the workbench with password and one-time code."""
    facts = member.demo.staff(login)
    await member.page.goto(f"{member.demo.pages}/desk/login")
    await member.page.locator("input[name=login]").fill(facts["login"])
    await member.page.locator("input[name=password]").fill(facts["password"])
    await member.page.locator("input[name=code]").fill(totp(facts["totp_secret"]))
    await member.page.get_by_role("button", name="登录").click()
    await expect(member.page).to_have_url(re.compile("/desk(/accounts)?$"))


async def writes_a_name(page: Page) -> None:
    """Write on the pad as a hand does: strokes with curves, and time between the points."""
    pad = page.locator("#pad")
    await pad.scroll_into_view_if_needed()
    box = await pad.bounding_box()
    assert box
    for stroke in range(3):
        left = box["x"] + box["width"] * (0.15 + 0.25 * stroke)
        await page.mouse.move(left, box["y"] + box["height"] * 0.3)
        await page.mouse.down()
        for step in range(1, 13):
            x = left + box["width"] * 0.2 * step / 12
            y = box["y"] + box["height"] * (0.5 + 0.2 * math.sin(step * 0.9 + stroke))
            await page.mouse.move(x, y, steps=2)
            await page.wait_for_timeout(8)
        await page.mouse.up()


async def reads_every_page(page: Page) -> None:
    """Scroll through the paper, stopping at the lower end of each page."""
    for sheet in await page.locator("[data-page]").all():
        await sheet.scroll_into_view_if_needed()
        await sheet.locator("img").evaluate("image => image.decode()")
        await sheet.evaluate("sheet => sheet.scrollIntoView({ block: 'end' })")
        await page.wait_for_timeout(150)
    await expect(page.locator("#reading")).to_contain_text("已经看完", timeout=PATIENCE)


def folder_of_recordings(demo: Demo) -> Path:
    """Where the playable files are."""
    return demo.folder / "objects" / "recordings"


async def enters_by_wechat(resident: Resident, address: str) -> Page:
    """Open an invitation as somebody who follows the account: WeChat says who it is."""
    page = await resident.who.goes_to(address)
    if await page.get_by_text("要先确认是您本人").count():
        await page.get_by_text("用微信登录", exact=False).first.click()
        await page.get_by_role("link", name="用微信登录").click()
    return page
