"""Somebody's phone at the simulator: what they write, and what comes back."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.e2e.running import eventually
from tests.faults.asking import Asker, Broken, again
from tests.faults.town import Town

ANSWERED_WITHIN = 90.0
COOKIE = "fengqiao-resident"


@dataclass
class Phone:
    """One resident with a number of their own."""

    town: Town
    name: str
    number: str
    openid: str = ""

    async def enrol(self, simulator: Asker) -> None:
        told = await again(
            lambda: simulator.post("/_sim/users", {"name": self.name, "phone": self.number})
        )
        self.openid = told["openids"]["official"]

    async def follow(self, simulator: Asker) -> None:
        """Follow the account; tapped again if the phone was away."""
        await self._until_told(simulator, "/_sim/follow", {}, "综治中心")

    async def say(self, simulator: Asker, words: str, *, until: str) -> None:
        """Write, and wait for an answer with these words; write again if nothing ever comes."""
        await self._until_told(simulator, "/_sim/send", {"type": "text", "text": words}, until)

    async def sms(self, simulator: Asker, containing: str, *, after: int = 0) -> str:
        """Wait for a message with these words beyond the first ``after`` messages."""

        async def come():
            told = await self.all_sms(simulator)
            return next((one["text"] for one in told[after:] if containing in one["text"]), None)

        return await eventually(come, within=ANSWERED_WITHIN)

    async def all_sms(self, simulator: Asker) -> list[dict[str, Any]]:
        told = await simulator.get(f"/_sim/phones/{self.number.replace('+', '%2B')}/sms")
        return told["sms"]

    async def log_in(self, simulator: Asker) -> str:
        """Open the residents' pages from WeChat; give the session."""

        async def once() -> str:
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(cookie_jar=jar) as browser:
                asker = Asker(browser, simulator.base)
                await asker.post("/_sim/hold", {"openid": self.openid})
                try:
                    address = f"{self.town.pages}/m/login?next=/m/cases"
                    async with browser.get(address) as page:
                        await page.read()
                except (aiohttp.ClientError, TimeoutError) as why:
                    raise Broken("log-in") from why
                kept = {cookie.key: cookie.value for cookie in jar}
            if COOKIE not in kept:
                raise Broken("log-in")
            return kept[COOKIE]

        return await again(once)

    async def _until_told(
        self, simulator: Asker, path: str, body: dict[str, Any], until: str
    ) -> None:
        deadline = time.monotonic() + ANSWERED_WITHIN
        before = await self._screen(simulator, 0)
        after = before[-1]["id"] if before else 0
        while time.monotonic() < deadline:
            try:
                await simulator.post(path, {"openid": self.openid, **body})
            except Broken:
                await self._back(simulator)
            if await self._answered(simulator, after, until):
                return
        raise AssertionError(f"{self.name}: nothing with {until!r} came")

    async def _answered(self, simulator: Asker, after: int, until: str) -> bool:
        """Wait while the message is on its way; False if it has to be sent anew."""
        for _ in range(200):
            screen = await self._screen(simulator, after)
            if any(until in str(one["body"]) for one in screen if one["side"] == "them"):
                return True
            mine = [one for one in screen if one["side"] == "me"]
            away = [one for one in screen if one["kind"] == "unavailable"]
            if len(away) >= len(mine):  # the platform gave the message up, or never had it
                return False
            await asyncio.sleep(0.2)
        return False

    async def _screen(self, simulator: Asker, after: int) -> list[dict[str, Any]]:
        told = await simulator.get(f"/_sim/users/{self.openid}/inbox?after={after}")
        return told["inbox"]

    async def _back(self, simulator: Asker) -> None:
        await again(lambda: simulator.once("GET", "/_sim/clock"))


def code_in(words: str) -> str:
    """The six digits in a message."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", words)
    assert found, words
    return found.group()


def address_in(words: str) -> str:
    """The link in a message."""
    found = re.search(r"https?://[^\s，。）)】]+", words)
    assert found, words
    return found.group()
