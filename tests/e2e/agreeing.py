"""Step 4: drafted, confirmed, frozen, signed by hand, sealed; and what other programs say."""

import asyncio
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import aiohttp
from playwright.async_api import expect

from tests.documents.programs import nss_with, pyhanko, run
from tests.e2e.people import (
    PATIENCE,
    address_in,
    code_in,
    enters_by_wechat,
    logs_in,
    reads_every_page,
    writes_a_name,
)
from tests.e2e.running import ROOT, totp


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
