"""From a WeChat message to an agreement that anyone can verify, in real browsers."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from tests.documents.programs import nss_with, pyhanko, run
from tests.e2e.people import (
    DESK,
    PATIENCE,
    PHONE,
    Resident,
    a_browser,
    address_in,
    code_in,
    folder_of_recordings,
    logs_in,
    proves_the_number,
    reads_every_page,
    somebody,
    writes_a_name,
)
from tests.e2e.running import ROOT, running_demo, totp
from tests.webrtc.films import apart, watch
from tests.webrtc.house import go_in, hears_and_sees

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

STORY = "楼上邻居家漏水，把我家卫生间天花板泡坏了，找他几次都不肯修，也不肯赔。"
COLOURS = {"mediator": (0xC0, 0, 0), "wang": (0, 0xA0, 0), "liu": (0, 0, 0xC0)}
PITCHES = {"mediator": 400, "wang": 700, "liu": 1100}


def camera(who):
    red, green, blue = COLOURS[who]
    return {"colour": f"#{red:02x}{green:02x}{blue:02x}", "pitch": PITCHES[who]}


@pytest.fixture
async def town(tmp_path):
    """A demo with a dispatcher, a mediator, a supervisor, and two residents with phones."""
    keep = "FENGQIAO_KEEP_PICTURES" in os.environ
    async with AsyncExitStack() as stack:
        demo = stack.enter_context(running_demo(tmp_path))
        browser = await stack.enter_async_context(a_browser())
        people = {
            "dispatcher": await somebody(demo, browser, stack, viewport=DESK),
            "mediator": await somebody(
                demo, browser, stack, viewport=DESK, camera=camera("mediator")
            ),
            "supervisor": await somebody(demo, browser, stack, viewport=DESK),
            "wang": await somebody(demo, browser, stack, camera=camera("wang")),
            "liu": await somebody(demo, browser, stack, camera=camera("liu")),
        }
        for one in people.values():
            one.keep_pictures = keep
        people["demo"] = demo
        yield people
        troubles = [t for one in people.values() if one is not demo for t in one.troubles]
    assert troubles == []


async def test_the_whole_way(town):
    wang = Resident(who=town["wang"], name="王秀兰")
    liu = Resident(who=town["liu"], name="刘大勇")

    code_address = await report(wang)
    case_address = await dispatch_and_accept(town)
    recorded = await meet(town, wang, liu, case_address)
    check_recordings(recorded)
    paper = await agree(town, wang, liu, case_address)
    await verify(town, paper)
    await follow(town, wang, liu, case_address, code_address)


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
    await wang.says("好了", until="确认")
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


async def meet(town, wang, liu, case_address):
    """3. Both sides are invited by what they have; three browsers see and hear one another."""
    page = town["mediator"].page
    first = page.locator("aside .party").first
    await first.get_by_text("登记姓名、电话").click()
    await first.locator("input[name=name]").fill("王秀兰")
    await first.locator("input[name=phone]").fill("12000000001")
    await first.get_by_role("button", name="保存").click()
    await expect(page.locator("aside .party").first).to_contain_text("王秀兰")
    await page.get_by_text("补充当事人").click()
    added = page.locator("aside form", has=page.locator("select[name=side]"))
    await added.locator("input[name=name]").fill("刘大勇")
    await added.locator("input[name=phone]").fill("12000000002")
    await added.get_by_role("button", name="加入").click()
    await expect(page.locator("aside .party")).to_have_count(2)
    soon = datetime.now(UTC) + timedelta(hours=8, minutes=3)
    await page.locator("input[name=starts_at]").fill(soon.strftime("%Y-%m-%dT%H:%M"))
    await page.get_by_role("button", name="约定并通知各方").click()
    await expect(page.get_by_role("link", name="进入调解室")).to_be_visible()

    room_of_wang = await wang.last_notice("调解时间已定")
    await town["wang"].shows(wang.phone, "phone-notice")
    await liu.takes_the_phone()
    room_of_liu = address_in(await liu.last_sms("/room/"))
    await town["liu"].shows(liu.phone, "phone-sms")
    assert "/room/" in room_of_wang
    assert "/room/" in room_of_liu

    stranger = await town["supervisor"].goes_to(room_of_liu)
    await expect(stranger.get_by_text("要先确认是您本人")).to_be_visible()
    assert "刘大勇" not in await stranger.content()
    await stranger.close()

    wang_page = await enters_by_wechat(wang, room_of_wang)
    liu_page = await town["liu"].goes_to(room_of_liu)
    await town["liu"].shows(liu_page, "invitation")
    await proves_the_number(liu, liu_page)
    await page.get_by_role("link", name="进入调解室").click()
    pages = (page, wang_page, liu_page)
    for one in pages:
        await expect(one.locator("#enter")).to_be_enabled(timeout=PATIENCE)
    await town["liu"].shows(liu_page, "room-before")
    for one in pages:
        await go_in(one)
    await asyncio.gather(*(hears_and_sees(one, others=2, within=60) for one in pages))
    await page.locator("#record").click()
    for one in pages:
        await expect(one.locator("#light")).to_be_visible(timeout=PATIENCE)
    await asyncio.sleep(8)  # the meeting itself: what is said and shown for eight seconds
    await town["mediator"].shows(page, "room-desk")
    await town["liu"].shows(liu_page, "room-phone")
    await page.locator("#stop").click()
    for one in pages:
        await expect(one.locator("#light")).to_be_hidden(timeout=PATIENCE)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.locator("#end").click()
    await expect(liu_page.locator("#after")).to_be_visible(timeout=PATIENCE)
    await town["liu"].shows(liu_page, "room-after")
    await wang_page.close()
    await liu_page.close()
    await page.goto(case_address)
    await expect(page.get_by_text("已结束").first).to_be_visible(timeout=PATIENCE)
    await town["mediator"].shows(page, "desk-met")
    return folder_of_recordings(town["demo"])


async def enters_by_wechat(wang, address):
    """Open an invitation as somebody who follows the account: WeChat says who it is."""
    page = await wang.who.goes_to(address)
    if await page.get_by_text("要先确认是您本人").count():
        await page.get_by_text("用微信登录", exact=False).first.click()
        await page.get_by_role("link", name="用微信登录").click()
    return page


def check_recordings(folder: Path):
    """One playable file for each, in its own colour and pitch, flash and beep together."""
    key = (folder.parents[1] / "keys" / "recordings.key").read_bytes()
    films = [
        watch(path, key, f"recordings/{path.relative_to(folder)}")
        for path in sorted(folder.glob("*/*/*.webm"))
    ]

    assert len(films) == 3
    found = {nearest(film.colour): film for film in films}
    assert set(found) == set(COLOURS)
    for who, film in found.items():
        assert abs(film.pitch - PITCHES[who]) < 40, (who, film.pitch)
        assert film.seconds > 6
        assert max(apart(film)) < 0.2, (who, apart(film))


def nearest(colour):
    return min(
        COLOURS,
        key=lambda who: sum((a - b) ** 2 for a, b in zip(colour, COLOURS[who], strict=True)),
    )


async def agree(town, wang, liu, case_address):
    """4. Drafted, confirmed, frozen, signed by hand by everybody, sealed."""
    mediator, page = town["mediator"], town["mediator"].page
    await page.goto(case_address)
    await page.get_by_role("link", name="起草协议").click()
    await page.locator("textarea[name=facts]").fill(
        "刘大勇家卫生间防水失效，漏水损坏王秀兰家天花板，双方就修复和赔偿发生争议。"
    )
    clause = page.locator("fieldset.clause").first
    await clause.locator("select[name=kind]").select_option("pay")
    await clause.locator("select[name=debtor]").select_option("刘大勇")
    await clause.locator("select[name=creditor]").select_option("王秀兰")
    await clause.locator("input[name=what]").fill("天花板维修费")
    await expect(page.locator(".findings li").first).to_be_visible(timeout=PATIENCE)
    await mediator.shows(page, "desk-draft")
    await clause.locator("input[name=amount_fen]").fill("2600.00")
    due = (datetime.now(UTC) + timedelta(days=10)).date()
    await clause.locator("input[name=due]").fill(due.isoformat())
    await clause.locator("input[name=how]").fill("转账到王秀兰的银行账户")
    await clause.locator("input[name=default]").fill("每逾期一日支付违约金50元")
    await page.get_by_role("button", name="保存草稿").click()
    await page.get_by_role("button", name="请各方在手机上确认").click()

    review_of_wang = await wang.last_notice("请确认协议内容")
    wang_page = await enters_by_wechat(wang, review_of_wang)
    await town["wang"].shows(wang_page, "confirm")
    await wang_page.get_by_role("button", name="是的，就是这样谈的").click()
    await expect(wang_page.get_by_text("您已经确认")).to_be_visible(timeout=PATIENCE)
    review_of_liu = address_in(await liu.last_sms("确认"))
    liu_page = await town["liu"].goes_to(review_of_liu)
    await liu_page.get_by_role("button", name="是的，就是这样谈的").click()
    await expect(liu_page.get_by_text("您已经确认")).to_be_visible(timeout=PATIENCE)
    await wang_page.close()
    await liu_page.close()

    await page.reload()
    agreement_address = page.url
    await page.get_by_role("button", name="定稿，开始签署").click()
    await expect(page.get_by_text("签署中").first).to_be_visible(timeout=PATIENCE)

    sign_of_wang = await wang.last_notice("请签署调解协议")
    await signs(wang, await enters_by_wechat(wang, sign_of_wang))
    sign_of_liu = address_in(await liu.last_sms("签"))
    await signs(liu, await town["liu"].goes_to(sign_of_liu))

    demo = town["demo"]
    await page.goto(agreement_address)
    await page.get_by_role("link", name="轮到您签名了").click()
    await expect(page.locator("#pad")).to_be_visible(timeout=PATIENCE)
    await mediator_signs(page, demo)
    supervisor = town["supervisor"]
    await logs_in(supervisor, "duban")
    await supervisor.page.goto(agreement_address)
    seal = supervisor.page.get_by_role("button", name="加盖调委会印章")
    await expect(seal).to_be_visible(timeout=PATIENCE)
    await next_totp_step(demo.staff("duban"))
    code = totp(demo.staff("duban")["totp_secret"])
    await supervisor.page.locator("section.seal input[name=code]").fill(code)
    await supervisor.shows(supervisor.page, "desk-seal")
    await seal.click()
    await expect(supervisor.page.get_by_text("盖章生效").first).to_be_visible(timeout=PATIENCE)
    await supervisor.shows(supervisor.page, "desk-sealed")
    paper = await supervisor.page.evaluate(
        "async () => Array.from(new Uint8Array(await (await fetch("
        "document.querySelector('a[download]').href)).arrayBuffer()))"
    )
    verify_address = await supervisor.page.get_by_role("link", name="核验页").get_attribute("href")
    return bytes(paper), verify_address


async def signs(resident, page):
    """Read, agree, write, and prove to be there by a fresh code."""
    await reads_every_page(page)
    await page.locator("#consent").check()
    await writes_a_name(page)
    await page.get_by_role("button", name="发验证码到我的手机").click()
    await expect(page.locator("#code-sent")).to_contain_text("已发到", timeout=PATIENCE)
    code = code_in(await resident.last_sms("签字验证码"))
    await page.locator("#code").fill(code)
    await expect(page.locator("#sign")).to_be_enabled()
    await resident.who.shows(page, "sign")
    await page.get_by_role("button", name="签名", exact=True).click()
    await expect(page.locator("#receipt")).to_be_visible(timeout=PATIENCE)
    await page.close()


async def next_totp_step(facts):
    """Wait for a code that this person has not used yet: each counts once."""
    used = totp(facts["totp_secret"])
    while totp(facts["totp_secret"]) == used:
        await asyncio.sleep(0.5)


async def mediator_signs(page, demo):
    await reads_every_page(page)
    await page.locator("#consent").check()
    await writes_a_name(page)
    await page.locator("#code").fill(totp(demo.staff("tiaojie")["totp_secret"]))
    await page.get_by_role("button", name="签名", exact=True).click()
    await expect(page.locator("#receipt")).to_be_visible(timeout=PATIENCE)


async def verify(town, paper):
    """Independent programs and our own pages agree on the paper; each change is named."""
    pdf, verify_address = paper
    demo = town["demo"]
    file = demo.folder / "paper.pdf"
    file.write_bytes(pdf)
    root = demo.folder / "root.pem"
    async with aiohttp.ClientSession() as http:
        async with http.get(demo.facts["root"]) as answer:
            root.write_bytes(await answer.read())
        assert await verdict(http, demo, pdf) == ("genuine", "")
        changed = bytearray(pdf)
        changed[len(pdf) // 3] ^= 1
        assert (await verdict(http, demo, bytes(changed)))[0] == "altered"
    await asyncio.to_thread(other_programs_agree, file, root)
    told = await asyncio.to_thread(
        program, sys.executable, ROOT / "server.py", "verify", file, "--root", root, "--json"
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert '"genuine"' in told.stdout

    page = await town["liu"].goes_to(verify_address)
    await expect(page.get_by_text(re.compile("枫调字第0001号")).first).to_be_visible()
    assert "王秀兰" not in await page.content()
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="核验").click()
    await expect(page.get_by_text("王*兰").first).to_be_visible(timeout=PATIENCE)
    await town["liu"].shows(page, "verify")
    await page.close()


def other_programs_agree(file, root):
    """qpdf, poppler's pdfsig and pyHanko's own CLI, none of which we wrote."""
    assert program("qpdf", "--check", file).returncode == 0
    store = file.with_name("nss")
    store.mkdir()
    code, told = run("pdfsig", "-nssdir", nss_with(root, store), file)
    assert code == 0, told
    assert told.count("Signature is Valid") == 5
    assert told.count("Certificate is Trusted") == 5
    arguments = ("--trust", root, "--no-revocation-check", file)
    code, told = pyhanko("sign", "validate", *arguments)
    assert code == 0, told
    assert told.count("INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>") == 5


async def verdict(http, demo, pdf):
    async with http.post(
        f"{demo.pages}/api/v1/verify", data=pdf, headers={"Content-Type": "application/pdf"}
    ) as answer:
        body = await answer.json()
        return body["verdict"], body["reason"]


def program(name, *arguments):
    found = shutil.which(str(name))
    assert found, f"{name} is missing"
    words = [found, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


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
