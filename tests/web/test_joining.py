"""Where a number was proven and somebody logged in by WeChat, it is asked whose both are."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from domain.codes import Purpose
from tests.web.test_residents import other_side

PHONE = "12000000002"


@pytest.fixture
async def link(office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    return await office.link(Purpose.ROOM, case_id, await other_side(office, case_id))


async def prove_number(browser, office, link):
    """Enter the code that went to the number on file."""
    await browser.post(f"{link}/code")
    code = await office.code_sent(f"+86{PHONE}")
    return await browser.post(f"{link}/session", data={"code": code}, allow_redirects=False)


async def log_in_by_wechat(browser, openid, following):
    away = await browser.get("/m/login", params={"next": following}, allow_redirects=False)
    state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]
    answer = {"code": f"code-{openid}", "state": state}
    return await browser.get("/m/oauth", params=answer, allow_redirects=False)


async def chat_account(office, openid="o-liu"):
    """The cases that the account sees in the chat."""
    resident = await office.resident(openid)
    return [line.id for line in await office.desks.cases.mine(resident)]


async def test_wechat_after_the_number_asks_and_a_yes_leads_into_the_room(visitor, office, link):
    browser = await visitor()
    proven = await prove_number(browser, office, link)

    came = await log_in_by_wechat(browser, "o-liu", link)
    asked = await (await browser.get(came.headers["Location"])).text()
    room = await browser.post("/m/join", data={"mine": "yes", "next": link})

    assert proven.headers["Location"] == link
    assert came.headers["Location"].startswith("/m/join?next=")
    assert "120****0002" in asked
    assert "刘*勇" in asked
    assert "刘大勇" not in asked
    assert 'data-name="刘大勇"' in await room.text()
    assert len(await chat_account(office)) == 1


async def test_the_number_after_wechat_asks_too(visitor, office, link):
    browser = await visitor(resident="o-liu")
    stranger = await (await browser.get(link)).text()

    proven = await prove_number(browser, office, link)
    await browser.post("/m/join", data={"mine": "yes", "next": link})

    assert "现在登录的人不是被邀请的人" in stranger
    assert proven.headers["Location"].startswith("/m/join?next=")
    assert len(await chat_account(office)) == 1


async def test_whoever_says_no_stays_apart(visitor, office, link):
    browser = await visitor()
    await prove_number(browser, office, link)
    await log_in_by_wechat(browser, "o-liu", link)

    left = await browser.post("/m/join", data={"mine": "no", "next": "/m/cases"})
    later = await browser.post("/m/join", data={"mine": "yes", "next": "/m/cases"})

    assert left.status == later.status == 200
    assert await chat_account(office) == []


async def test_another_browser_or_another_page_joins_nothing(visitor, office, link):
    browser, other = await visitor(), await visitor(resident="o-liu")
    await prove_number(browser, office, link)

    elsewhere = await log_in_by_wechat(other, "o-liu", link)
    await other.post("/m/join", data={"mine": "yes", "next": "/m/cases"})
    forged = await browser.post(
        "/m/join", data={"mine": "yes"}, headers={"Origin": "https://evil.example"}
    )

    assert elsewhere.headers["Location"] == link
    assert forged.status == 403
    assert await chat_account(office) == []


async def test_in_wechat_a_number_is_proven_by_a_code_and_its_matters_are_there(
    visitor, office, link
):
    browser = await visitor(resident="o-liu")
    empty = await (await browser.get("/m/cases")).text()

    sent = await browser.post("/m/me/phone", data={"phone": PHONE})
    code = await office.code_sent(f"+86{PHONE}")
    wrong = await browser.post(
        "/m/me/phone/code", data={"phone": PHONE, "code": f"{(int(code) + 1) % 10**6:06d}"}
    )
    right = await browser.post("/m/me/phone/code", data={"phone": PHONE, "code": code})

    assert 'href="/m/me/phone"' in empty
    assert "120****0002" in await sent.text()
    assert "刘" not in await sent.text()
    assert wrong.status == 401
    assert "连好了" in await right.text()
    assert len(await chat_account(office)) == 1


async def test_a_program_proves_a_number_the_same_way(visitor, office, link):
    browser = await visitor(resident="o-liu")

    sent = await browser.post("/api/v1/my/phone/code", json={"phone": PHONE})
    code = await office.code_sent(f"+86{PHONE}")
    proven = await browser.post("/api/v1/my/phone/proof", json={"phone": PHONE, "code": code})

    assert (await sent.json())["masked_phone"] == "120****0002"
    assert proven.status in (200, 204)
    assert len(await chat_account(office)) == 1


@pytest.mark.parametrize("typed", ["", "12345", "1" * 60])
async def test_what_is_no_number_is_said_so(visitor, typed):
    browser = await visitor(resident="o-liu")

    answer = await browser.post("/m/me/phone", data={"phone": typed})

    assert answer.status == 422
    assert "号码没有填对" in await answer.text()
