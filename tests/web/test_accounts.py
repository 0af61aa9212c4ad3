"""The administrator's page, and the one-time link behind which somebody's log-in begins."""

from __future__ import annotations

import asyncio
import base64
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from services.accounts import Link
from tests.web.centre import totp

PASSWORD = "correct horse battery"


def path_of(link: Link) -> str:
    return "/desk/" + link.address.partition("/desk/")[2]


def link_in(page: str) -> str:
    found = re.search(r'id="link" href="http://[^/]+(/desk/first/[a-z0-9]+)"', page)
    assert found, page
    return found[1]


def secret_in(page: str) -> str:
    found = re.search(r'name="totp_secret" value="([A-Z2-7]{32})"', page)
    assert found, page
    return found[1]


async def first_form(browser, office, path: str, **changes: str) -> dict[str, str]:
    page = await (await browser.get(path)).text()
    secret = secret_in(page)
    return {
        "name": "孙守一",
        "login": "sunshouyi",
        "password": PASSWORD,
        "totp_secret": secret,
        "code": totp(office.clock.now, secret),
        **changes,
    }


@pytest.fixture
async def link(office) -> str:
    """The link that set-up prints."""
    return path_of(await office.desks.accounts.invite_administrator(again=True))


async def test_the_link_of_set_up_makes_an_administrator_who_lands_among_accounts(
    visitor, office, link
):
    browser = await visitor()
    form = await first_form(browser, office, link)

    made = await browser.post(link, data=form, allow_redirects=False)
    office.clock.moves(seconds=30)
    code = totp(office.clock.now, form["totp_secret"])
    login = {"login": "sunshouyi", "password": PASSWORD, "code": code}
    landed = await browser.post("/desk/login", data=login)

    assert (made.status, made.headers["Location"]) == (303, "/desk/login")
    assert landed.url.path == "/desk/accounts"
    assert "孙守一" in await landed.text()
    assert (await browser.get(link)).status == 410


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short"}, "密码至少 12 个字符"),
        ({"login": "FENPAI"}, "用户名要 3 到 32 位"),
        ({"login": "fenpai"}, "还没有人用"),
        ({"code": "000000"}, "动态口令不对"),
        ({"name": "  "}, "请填姓名"),
    ],
)
async def test_a_slip_is_named_and_the_scanned_secret_stays(visitor, office, link, changes, words):
    browser = await visitor()
    form = await first_form(browser, office, link, **changes)

    answer = await browser.post(link, data=form)
    page = await answer.text()

    assert answer.status in (401, 422)
    assert words in unescape(page)
    assert secret_in(page) == form["totp_secret"]
    assert form["password"] not in page
    again = {**form, "name": "孙守一", "login": "sunshouyi", "password": PASSWORD}
    again["code"] = totp(office.clock.now, form["totp_secret"])
    assert (await browser.post(link, data=again, allow_redirects=False)).status == 303


async def test_every_look_at_the_link_shows_another_secret(visitor, link):
    browser = await visitor()

    pages = [await (await browser.get(link)).text() for _ in range(2)]

    assert secret_in(pages[0]) != secret_in(pages[1])
    assert "data:image/png;base64," in pages[0]


async def test_a_phone_reads_the_same_secret_from_the_picture(visitor, link, tmp_path):
    browser = await visitor()
    page = await (await browser.get(link)).text()
    picture = re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", page)
    assert picture
    (tmp_path / "code.png").write_bytes(base64.b64decode(picture[1]))

    program = await asyncio.create_subprocess_exec(
        "zbarimg", "--raw", "-q", tmp_path / "code.png", stdout=asyncio.subprocess.PIPE
    )
    read, _ = await program.communicate()

    scanned = urlsplit(read.decode().strip())
    assert (scanned.scheme, scanned.netloc) == ("otpauth", "totp")
    assert parse_qs(scanned.query)["secret"] == [secret_in(page)]


async def test_a_link_that_was_made_up_is_no_link_and_guessing_is_slowed(visitor):
    browser = await visitor()

    answers = [(await browser.get(f"/desk/first/{'a' * 25}{n % 10}")).status for n in range(25)]

    assert answers[0] == 404
    assert answers[-1] == 429


async def test_a_form_with_a_secret_of_its_own_making_is_no_form_of_ours(visitor, office, link):
    browser = await visitor()
    form = await first_form(browser, office, link, totp_secret="AAAA")

    assert (await browser.post(link, data=form)).status == 404


async def test_the_administrator_takes_somebody_on_and_they_begin_by_themselves(visitor, office):
    boss, new = await visitor(staff="guanli"), await visitor()
    wanted = [
        ("name", "王芳"),
        ("login", "wangfang"),
        ("phone", "12000000077"),
        ("region", ""),
        ("roles", "mediator"),
        ("roles", "supervisor"),
        ("skills", "02"),
        ("seal_right", "true"),
    ]

    added = await (await boss.post("/desk/accounts", data=wanted)).text()
    path = link_in(added)
    form = await first_form(new, office, path)
    begun = await new.post(path, data=form, allow_redirects=False)

    assert "把这个链接交给王芳本人" in added
    assert "等本人启用" in added
    assert begun.status == 303
    listed = await (await boss.get("/desk/accounts")).text()
    assert "/desk/first/" not in listed
    assert "12000000077" not in listed
    api = await (await boss.get("/api/v1/accounts")).json()
    account = next(one for one in api if one["login"] == "wangfang")
    assert account["state"] == "active"
    assert account["roles"] == ["mediator", "supervisor"]
    assert account["seal_right"]


async def test_a_form_that_makes_no_sense_is_shown_again_with_what_was_typed(visitor):
    boss = await visitor(staff="guanli")
    wanted = [
        ("name", "王芳"),
        ("login", "wangfang"),
        ("roles", "mediator"),
        ("seal_right", "true"),
    ]

    answer = await boss.post("/desk/accounts", data=wanted)
    page = await answer.text()

    assert answer.status == 422
    assert "只有督办才能有用印权" in page
    assert 'value="wangfang"' in page


async def test_who_is_stopped_is_out_of_the_desk_with_the_next_click(visitor):
    boss, member = await visitor(staff="guanli"), await visitor(staff="tiaojie2")
    assert (await member.get("/desk", allow_redirects=False)).status == 200

    ended = await boss.post("/desk/accounts/staff-tiaojie2/end", allow_redirects=False)

    assert ended.status == 303
    assert (await member.get("/api/v1/cases")).status == 401
    assert "已停用" in await (await boss.get("/desk/accounts")).text()


async def test_the_seal_right_is_taken_and_given_on_the_page(visitor):
    boss = await visitor(staff="guanli")
    place = "/desk/accounts/staff-duban/seal-right"

    await boss.post(place, data={"granted": "no"})
    without = await (await boss.get("/api/v1/accounts")).json()
    await boss.post(place, data={"granted": "yes"})
    with_right = await (await boss.get("/api/v1/accounts")).json()

    assert [one["seal_right"] for one in without if one["login"] == "duban"] == [False]
    assert [one["seal_right"] for one in with_right if one["login"] == "duban"] == [True]
    page = await (await boss.get("/desk/accounts")).text()
    assert "收回用印权 赵明德" in page


async def test_nobody_else_has_such_a_page(visitor):
    for login in ("fenpai", "duban", "shenji", "tiaojie"):
        browser = await visitor(staff=login)
        statuses = [
            (await browser.get("/desk/accounts")).status,
            (await browser.get("/api/v1/accounts")).status,
            (await browser.post("/desk/accounts/staff-duban/end")).status,
            (await browser.post("/desk/accounts/staff-duban/link")).status,
        ]
        assert statuses == [404, 404, 404, 404]
    stranger = await visitor()
    assert (await stranger.get("/api/v1/accounts")).status == 401


async def test_the_administrator_sees_no_case(visitor, office):
    case_id = await office.reported()
    boss = await visitor(staff="guanli")

    page = await boss.get(f"/desk/cases/{case_id}")
    listed = await (await boss.get("/api/v1/cases")).json()

    assert page.status == 404
    assert listed["items"] == []


async def test_the_whole_way_goes_through_the_api_too(visitor, office):
    boss, new = await visitor(staff="guanli"), await visitor()
    wanted = {"login": "wangfang", "name": "王芳", "roles": ["mediator"]}

    link = await (await boss.post("/api/v1/accounts", json=wanted)).json()
    secret = link["address"].rpartition("/")[2]
    shown = await (await new.get(f"/api/v1/first/{secret}")).json()
    choice = {
        "password": PASSWORD,
        "totp_secret": shown["totp_secret"],
        "code": totp(office.clock.now, shown["totp_secret"]),
    }
    begun = await new.post(f"/api/v1/first/{secret}", json=choice)
    used = await new.post(f"/api/v1/first/{secret}", json=choice)
    again = await boss.post("/api/v1/accounts/staff-tiaojie/link")

    assert (shown["login"], shown["name"]) == ("wangfang", "王芳")
    assert (begun.status, used.status, again.status) == (204, 410, 201)


async def test_roles_area_and_skills_are_changed_on_the_page(visitor, office):
    boss = await visitor(staff="guanli")
    form = [("roles", "mediator"), ("roles", "dispatcher"), ("skills", "03"), ("region", "")]

    answer = await boss.post("/desk/accounts/staff-tiaojie", data=form)
    page = unescape(await answer.text())
    told = {one["id"]: one for one in await (await boss.get("/api/v1/accounts")).json()}

    assert (answer.status, answer.url.path) == (200, "/desk/accounts")
    assert "修改岗位、区域、擅长类型 李春和" in page
    assert told["staff-tiaojie"]["roles"] == ["mediator", "dispatcher"]
    assert told["staff-tiaojie"]["skills"] == ["03"]


async def test_a_change_that_cannot_be_is_named_where_it_was_made(visitor, office):
    boss = await visitor(staff="guanli")

    nothing = await boss.post("/desk/accounts/staff-duban", data={"region": ""})
    last = await boss.post("/desk/accounts/staff-guanli", data={"roles": "supervisor"})

    assert nothing.status == 422
    assert "请至少选一个岗位" in unescape(await nothing.text())
    assert last.status == 409
    assert "最后一位管理员不能去掉管理员岗位" in unescape(await last.text())


async def test_a_program_changes_an_account_and_who_left_is_replaced(visitor, office):
    boss, clerk = await visitor(staff="guanli"), await visitor(staff="fenpai")
    case_id = await office.accepted()
    await office.meeting(case_id)
    body = {"roles": ["grid-worker"], "region": "", "skills": []}

    answer = await boss.put("/api/v1/accounts/staff-tiaojie", json=body)
    await office.work()
    queue = await (await clerk.get("/desk")).text()
    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()

    assert answer.status == 204
    assert "1 件等另派调解员" in queue
    assert "交回中心的理由：原来的调解员已经不在岗位上" in page
