"""Step 5: anybody sees the next step, promises are confirmed, follow-up falls due, ratings."""

import re
from datetime import UTC, datetime

import aiohttp
from playwright.async_api import expect

from tests.e2e.people import PATIENCE, PHONE, enters_by_wechat
from tests.e2e.running import totp


async def follow(town, wang, liu, case_address, code_address):
    """5. A stranger sees the next step; promises are confirmed, follow-up falls due, ratings."""
    demo = town["demo"]
    page = await town["supervisor"].goes_to(code_address)
    await expect(page.get_by_text("履行中").first).to_be_visible()
    words = await page.content()
    assert "王秀兰" not in words
    assert "12000000001" not in words
    await page.set_viewport_size(PHONE)
    await town["supervisor"].shows(page, "case-code")
    await page.close()

    case = case_address.rsplit("/", 1)[-1]
    mine = await town["liu"].goes_to(f"{demo.pages}/m/cases/{case}")
    await mine.get_by_role("button", name="我已经做到了").click()
    await expect(mine.get_by_text("称").or_(mine.get_by_text("请确认")).first).to_be_visible()
    await mine.close()
    hers = await town["wang"].goes_to(f"{demo.pages}/m/cases/{case}")
    await town["wang"].shows(hers, "resident-case")
    await hers.get_by_role("button", name="对方做到了").click()
    await hers.get_by_role("button", name="是的，确定").click()
    await expect(hers.get_by_text("已经做到").first).to_be_visible(timeout=PATIENCE)
    await hers.close()

    rating = await wang.last_notice("请给服务打分")
    rate = await enters_by_wechat(wang, rating)
    await rate.get_by_text("很满意", exact=True).click()
    await rate.get_by_role("button", name="提交评价").click()
    await expect(rate.get_by_text("谢谢您")).to_be_visible(timeout=PATIENCE)
    await town["wang"].shows(rate, "rate")

    async with aiohttp.ClientSession() as http:
        week = {"advance_seconds": 8 * 24 * 3600}
        async with http.post(f"{demo.simulator}/_sim/clock", json=week) as answer:
            assert answer.ok
        async with http.get(f"{demo.simulator}/_sim/clock") as answer:
            offset = (await answer.json())["offset_seconds"]
    mediator = town["mediator"]
    await logs_in_at(mediator, "tiaojie", offset)
    await mediator.page.goto(case_address)
    await expect(mediator.page.get_by_text("到了回访的时间").first).to_be_visible(timeout=PATIENCE)


async def logs_in_at(member, login, offset):
    """Log in with the code of the moved clock."""
    facts = member.demo.staff(login)
    page = member.page
    await page.goto(f"{member.demo.pages}/desk/login")
    await page.locator("input[name=login]").fill(facts["login"])
    await page.locator("input[name=password]").fill(facts["password"])
    at = datetime.now(UTC).timestamp() + offset
    await page.locator("input[name=code]").fill(totp(facts["totp_secret"], at=at))
    await page.get_by_role("button", name="登录").click()
    await expect(page).to_have_url(re.compile("/desk$"))
