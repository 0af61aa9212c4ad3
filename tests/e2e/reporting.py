"""Step 1 and 2: a report in the chat becomes a case that a mediator has taken."""

import re

from playwright.async_api import expect

from tests.e2e.people import PATIENCE, address_in, logs_in

STORY = "楼上邻居家漏水，把我家卫生间天花板泡坏了，找他几次都不肯修，也不肯赔。"


async def report(wang):
    """1. A resident tells the bot, goes back, stops, goes on, and gets number and code."""
    await wang.takes_the_phone()
    await wang.follows()
    await wang.says("我要反映纠纷", until="发生了什么事")
    await wang.says("吵", until="再说详细一点")
    await wang.says(STORY, until="发生在哪里")
    await wang.says("返回", until="发生了什么事")
    await wang.says(STORY, until="发生在哪里")
    await wang.says("取消", until="先停下")
    await wang.says("继续", until="发生在哪里")
    await wang.phone.get_by_role("button", name="图片 · 位置").click()
    await wang.phone.get_by_role("button", name="枫溪菜市场").click()
    await expect(wang.phone.locator("#bubbles li.them").last).to_contain_text(
        "姓名、电话", timeout=PATIENCE
    )
    await wang.says("我是王秀兰，对方是楼上的刘大勇", until="有人有危险吗")
    await wang.says("1", until="照片")
    await wang.phone.get_by_role("button", name="图片 · 位置").click()
    await wang.phone.get_by_role("button", name="发示例图片").click()
    await expect(wang.phone.locator("#bubbles li.them").last).to_contain_text(
        "收", timeout=PATIENCE
    )
    await wang.says("好了", until="请您看一遍")
    await wang.who.shows(wang.phone, "phone-report")
    await wang.says("确认", until="〔2026〕枫综字第0001号")
    said = await wang.phone.locator("#bubbles").inner_text()
    picture = wang.phone.locator("#bubbles li.them img")
    await expect(picture.last).to_be_visible(timeout=PATIENCE)
    await wang.who.shows(wang.phone, "phone-case-code")
    links = await wang.phone.locator("#bubbles li.them a").evaluate_all(
        "links => links.map(link => link.dataset.url || link.href)"
    )
    return next(link for link in [*links, address_in(said)] if "/c/" in link)


async def dispatch_and_accept(town):
    """2. The case appears at the desk by itself; registered, dispatched, accepted."""
    dispatcher, mediator = town["dispatcher"], town["mediator"]
    await logs_in(dispatcher, "fenpai")
    desk = dispatcher.page
    line = desk.get_by_role("link", name=re.compile("枫综字第0001号"))
    await expect(line.first).to_be_visible(timeout=PATIENCE)
    await dispatcher.shows(desk, "desk-queue")
    await line.first.click()
    await expect(desk.get_by_text(re.compile("建议：提到.*邻里"))).to_be_visible()
    await dispatcher.shows(desk, "desk-case")
    await desk.get_by_role("button", name="受理", exact=True).click()
    await expect(desk.get_by_role("button", name="分派", exact=True)).to_be_visible()
    await desk.get_by_role("button", name="分派", exact=True).click()
    await expect(desk.get_by_text("等待调解员接单").first).to_be_visible()
    case_address = desk.url

    await logs_in(mediator, "tiaojie")
    await mediator.page.goto(case_address)
    await mediator.page.get_by_role("button", name="接单").click()
    await expect(mediator.page.get_by_text("调解员已接单").first).to_be_visible()
    return case_address
