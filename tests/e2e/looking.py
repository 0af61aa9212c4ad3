"""The pages that the main job passes by: each is opened, used a little, and kept as a picture."""

import re

from playwright.async_api import expect

from tests.e2e.people import PATIENCE, logs_in

#: Which picture shows which page (``web/pages/``); ``tests/test_docs.py`` misses none.
PICTURES = {
    "desk/accounts.html": "desk-accounts",
    "desk/agreement.html": "desk-draft",
    "desk/case.html": "desk-case",
    "desk/checks.html": "desk-checks",
    "desk/code.html": "desk-code",
    "desk/first.html": "desk-first",
    "desk/login.html": "desk-login",
    "desk/matter.html": "desk-matter",
    "desk/matters.html": "desk-matters",
    "desk/operations.html": "desk-operations",
    "desk/paper.html": "desk-sealed",
    "desk/queue.html": "desk-queue",
    "desk/recordings.html": "desk-recordings",
    "desk/talk.html": "desk-talk",
    "desk/talks.html": "desk-talks",
    "error.html": "not-found",
    "m/agreement.html": "confirm",
    "m/case.html": "resident-case",
    "m/cases.html": "resident-cases",
    "m/enter.html": "enter",
    "m/home.html": "home",
    "m/matter.html": "resident-matter",
    "m/messages.html": "messages",
    "m/new-matter.html": "new-matter",
    "m/invitation.html": "invitation",
    "m/join.html": "join",
    "m/me.html": "me",
    "m/phone.html": "phone-number",
    "m/rate.html": "rate",
    "m/recordings.html": "resident-recordings",
    "m/report.html": "report",
    "m/reported.html": "reported",
    "m/said.html": "said",
    "m/sign.html": "sign",
    "public/api.html": "api",
    "public/case.html": "case-code",
    "public/paper.html": "verify",
    "room.html": "room-phone",
    "testing.html": "trial",
}


async def look_at_every_other_page(town, case_address):
    """Walk through what nobody had a reason to open yet."""
    await reports_on_a_page(town["wang"])
    await strangers_pages(town["liu"])
    await joins_wechat(town["liu"])
    await pages_of_a_case(town["mediator"], case_address)
    await own_recordings(town["wang"])
    await administrators_pages(town["administrator"])


async def reports_on_a_page(resident):
    """The same report as in the chat, without a chat."""
    page = await resident.goes_to(f"{resident.demo.pages}/m/")
    await resident.shows(page, "home")
    await page.get_by_role("link", name="反映纠纷").first.click()
    await page.locator("textarea[name=story]").fill(
        "楼下小店半夜放音响，一家人睡不着，说了几次都不听。"
    )
    await page.locator("input[name=place]").fill("枫溪苑3幢1单元")
    await page.locator("input[name=danger]").fill("没有")
    await resident.shows(page, "report")
    await page.get_by_role("button", name="提交").dblclick()
    await expect(page.get_by_text("枫综字第0002号").first).to_be_visible(timeout=PATIENCE)
    await resident.shows(page, "reported")
    await page.goto(f"{resident.demo.pages}/m/cases")
    await expect(page.get_by_text("枫综字第0001号").first).to_be_visible()
    await expect(page.get_by_text("枫综字第0002号").first).to_be_visible()
    assert "第0003号" not in await page.content(), "two taps are one report"
    await resident.shows(page, "resident-cases")
    await page.goto(f"{resident.demo.pages}/m/me")
    await expect(page.get_by_role("heading", name="撤回同意")).to_be_visible()
    await resident.shows(page, "me")
    await page.goto(f"{resident.demo.pages}/m/")
    await page.get_by_role("link", name="我的消息").click()
    await expect(page.locator("[data-message]").first).to_be_visible()
    await resident.shows(page, "messages")
    await page.goto(f"{resident.demo.pages}/m/said")
    await expect(page.get_by_role("heading", name="刚才的回答")).to_be_visible()
    await resident.shows(page, "said")
    await page.close()


async def strangers_pages(resident):
    """The way in, and a code that leads nowhere."""
    for path, name in (
        ("/m/enter", "enter"),
        (f"/c/{'0' * 26}", "not-found"),
        ("/api/docs", "api"),
    ):
        page = await resident.goes_to(f"{resident.demo.pages}{path}")
        await resident.shows(page, name)
        await page.close()


async def joins_wechat(resident):
    """Whoever came by SMS comes by WeChat too, and says that both are theirs."""
    page = await resident.goes_to(f"{resident.demo.pages}/m/me/phone")
    await resident.shows(page, "phone-number")
    await page.goto(f"{resident.demo.pages}/m/login?next=/m/cases")
    await expect(page.get_by_role("heading", name="都是您本人的吗")).to_be_visible()
    await resident.shows(page, "join")
    await page.get_by_role("button", name="都是我本人的").click()
    await expect(page.get_by_text("枫综字第0001号").first).to_be_visible()
    await page.close()


async def pages_of_a_case(mediator, case_address):
    """The case's code for printing, and what was recorded, played to its end."""
    page = mediator.page
    await page.goto(f"{case_address}/code")
    await mediator.shows(page, "desk-code")
    await page.goto(case_address)
    await page.get_by_role("link", name=re.compile("录音录像")).first.click()
    film = page.locator("video").first
    await film.evaluate("film => { film.muted = true; return film.play(); }")
    await page.wait_for_function("() => document.querySelector('video').currentTime > 2")
    await mediator.shows(page, "desk-recordings")


async def own_recordings(resident):
    """A party looks at what was recorded of the meeting they were in."""
    page = await resident.goes_to(f"{resident.demo.pages}/m/cases")
    await page.get_by_text("枫综字第0001号").first.click()
    await page.get_by_role("link", name="看录音录像").click()
    await expect(page.get_by_role("heading", name="大家在一个画面里")).to_be_visible()
    await resident.shows(page, "resident-recordings")
    await page.close()


async def administrators_pages(administrator):
    """Somebody is taken on and opens their one-time link; the installation is looked after."""
    page = administrator.page
    await page.goto(f"{administrator.demo.pages}/desk/login")
    await administrator.shows(page, "desk-login")
    await logs_in(administrator, "guanli")
    await page.get_by_role("link", name="账号").click()
    adding = page.locator("form.card", has=page.get_by_text("添加工作人员"))
    await adding.locator("input[name=name]").fill("孙新来")
    await adding.locator("input[name=login]").fill("xinlai")
    await adding.get_by_label("分派员").check()
    await adding.get_by_role("button", name="添加").click()
    link = await page.locator("#link").get_attribute("href")
    await administrator.shows(page, "desk-accounts")
    await page.goto(link)
    await expect(page.locator("input[name=password]").first).to_be_visible()
    await administrator.shows(page, "desk-first")
    await page.goto(f"{administrator.demo.pages}/desk/operations")
    await administrator.shows(page, "desk-operations")
