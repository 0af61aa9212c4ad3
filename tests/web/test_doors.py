"""Logging in and out: who gets in, how long, and what a browser keeps."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.web.centre import PASSWORD, totp
from web.origin import SAFE


async def test_staff_need_password_and_one_time_code(visitor, office):
    browser = await visitor()
    office.clock.moves(seconds=30)
    form = {"login": "fenpai", "password": PASSWORD, "code": totp(office.clock.now)}

    wrong = await browser.post("/desk/login", data={**form, "password": "guess"})
    right = await browser.post("/desk/login", data=form, allow_redirects=False)

    assert wrong.status == 401
    assert "登录信息不正确" in await wrong.text()
    assert right.status == 303
    assert right.headers["Location"] == "/desk"
    cookie = right.cookies["fengqiao-staff"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


async def test_the_same_one_time_code_opens_only_once(visitor, office):
    browser = await visitor()
    office.clock.moves(seconds=30)
    form = {"login": "fenpai", "password": PASSWORD, "code": totp(office.clock.now)}

    first = await browser.post("/desk/login", data=form, allow_redirects=False)
    second = await browser.post("/desk/login", data=form, allow_redirects=False)

    assert (first.status, second.status) == (303, 401)


async def test_a_log_in_never_leads_to_another_site(visitor, office):
    browser = await visitor()
    office.clock.moves(seconds=30)
    form = {"login": "fenpai", "password": PASSWORD, "code": totp(office.clock.now)}

    answer = await browser.post(
        "/desk/login", data={**form, "next": "//evil.example/"}, allow_redirects=False
    )

    assert answer.headers["Location"] == "/desk"


async def test_a_resident_logs_in_through_wechat(visitor):
    browser = await visitor()

    away = await browser.get("/m/login?next=/m/cases", allow_redirects=False)
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    back = await browser.get(
        "/m/oauth",
        params={"code": "code-o-wang", "state": asked["state"][0]},
        allow_redirects=False,
    )
    page = await browser.get("/m/cases")

    assert away.headers["Location"].startswith("https://open.example/connect/oauth2/authorize?")
    assert away.headers["Location"].endswith("#wechat_redirect")
    assert asked["scope"] == ["snsapi_base"]
    assert back.headers["Location"] == "/m/cases"
    assert page.status == 200


async def test_a_log_in_that_another_browser_began_is_refused(visitor):
    browser = await visitor()

    answer = await browser.get("/m/oauth", params={"code": "code-o-wang", "state": "foreign"})

    assert answer.status == 401
    assert "fengqiao-resident" not in answer.cookies


async def test_a_session_ends_when_one_logs_out(visitor):
    browser = await visitor(staff="fenpai")
    kept = dict(browser.session.cookie_jar.filter_cookies(browser.make_url("/")))

    await browser.post("/desk/logout")
    browser.session.cookie_jar.update_cookies(kept, browser.make_url("/"))
    answer = await browser.get("/api/v1/me")

    assert answer.status == 401


async def test_an_idle_session_at_the_desk_ends(visitor, office):
    browser = await visitor(staff="fenpai")

    office.clock.moves(minutes=16)
    page = await browser.get("/desk", allow_redirects=False)

    assert page.status == 303
    assert page.headers["Location"] == "/desk/login?next=%2Fdesk"


async def test_one_browser_may_hold_both_kinds_of_people(visitor):
    browser = await visitor(staff="fenpai", resident="o-wang")

    as_staff = await browser.get("/api/v1/me", headers={"X-Fengqiao-As": "staff"})
    as_resident = await browser.get("/api/v1/me", headers={"X-Fengqiao-As": "resident"})

    assert (await as_staff.json())["face"] == "staff"
    assert (await as_resident.json())["face"] == "resident"


async def test_a_program_logs_in_with_a_bearer_token(visitor, office):
    program = await visitor()
    del program.session.headers["Origin"]

    opened = await program.post("/api/v1/residents/sessions", json={"code": "code-o-wang"})
    secret = (await opened.json())["secret"]
    me = await program.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})

    assert opened.status == 201
    assert await me.json() == {"face": "resident", "name": "", "role": ""}


async def test_a_foreign_page_cannot_act_for_who_is_logged_in(visitor, office):
    case_id = await office.reported()
    browser = await visitor(staff="fenpai")
    body = {"version": 0, "type_code": "02", "cell": ""}
    address = f"/api/v1/cases/{case_id}/register"

    foreign = await browser.post(address, json=body, headers={"Origin": "https://evil.example"})
    del browser.session.headers["Origin"]
    nameless = await browser.post(address, json=body)

    assert (foreign.status, nameless.status) == (403, 403)
    assert (await foreign.json())["code"] == "foreign-origin"
    assert "POST" not in SAFE


async def test_guessing_is_slowed_down_by_address(visitor):
    browser = await visitor()

    answers = [(await browser.get(f"/c/{number:026d}")).status for number in range(22)]

    assert answers[:20] == [404] * 20
    assert answers[-1] == 429


async def test_a_right_code_is_answered_however_many_wrong_ones_came_from_the_same_address(
    visitor, office
):
    case_id = await office.reported()
    clerk, stranger = await visitor(staff="fenpai"), await visitor()
    right = (await (await clerk.get(f"/api/v1/cases/{case_id}")).json())["code_url"]
    wrong = [(await stranger.get(f"/c/{number:026d}")).status for number in range(25)]

    answer = await stranger.get("/c/" + right.rpartition("/")[2])

    assert (wrong[-1], answer.status) == (429, 200)


async def test_a_program_renews_its_short_session_and_a_copied_secret_ends_it(visitor):
    phone = await visitor()
    opened = await (
        await phone.post("/api/v1/residents/sessions", json={"code": "code-o-wang"})
    ).json()
    renewal = {"renewal": opened["renewal"]}

    first = await phone.post("/api/v1/residents/sessions/renewal", json=renewal)
    renewed = await first.json()
    second = await phone.post("/api/v1/residents/sessions/renewal", json=renewal)
    bearer = {"Authorization": f"Bearer {renewed['secret']}"}
    after = await phone.get("/api/v1/me", headers=bearer)

    assert opened["seconds"] == 900
    assert (first.status, second.status, after.status) == (201, 401, 401)


async def test_a_resident_logs_out_of_every_device(office, visitor):
    browser, phone = await visitor(resident="o-wang"), await visitor(resident="o-wang")

    left = await browser.post("/m/logout-everywhere", allow_redirects=False)

    assert left.status == 303
    assert (await phone.get("/api/v1/my/cases")).status == 401


async def test_the_phone_button_s_number_is_kept_once_wechat_vouches_for_it(visitor):
    wang = await visitor(resident="o-wang")

    refused = await wang.post("/api/v1/my/phone", json={"code": "phone-o-liu"})
    kept = await wang.post("/api/v1/my/phone", json={"code": "phone-o-wang"})

    assert refused.status == 401
    assert (await kept.json())["masked_phone"].endswith("0009")
