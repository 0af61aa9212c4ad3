"""Staff on their own phone: both factors once, then the bound phone and the password."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.ids import StaffId
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.web.centre import CELL, PASSWORD, STORY, totp

API = "/api/v1"
WEB_VIEW = {"User-Agent": "MicroMessenger/8.0.50 miniProgram/wx0"}
FOR_WANG = {
    "story": STORY,
    "place": "枫溪路18号",
    "name": "王秀兰",
    "phone": "12000000001",
    "agreed": "by-phone",
}


@pytest.fixture
def phone(office, visitor):
    """Asks as a phone does: nothing but a bearer token and WeChat's word for who holds it."""

    async def asks(method, path, secret="", status=None, **body):
        browser = await visitor()
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        answer = await browser.request(method, API + path, json=body or None, headers=headers)
        assert status in (None, answer.status), await answer.text()
        return (await answer.json()) if answer.content_type.endswith("json") else answer.status

    return asks


async def binds(office, phone, login="tiaojie", openid="o-li", **other):
    office.clock.moves(seconds=30)
    given = {"login": login, "password": PASSWORD, "code": totp(office.clock.now), **other}
    return await phone("POST", "/staff/phones", wechat=f"code-{openid}", **given)


async def logs_in(phone, openid="o-li", password=PASSWORD, **other):
    given = {"wechat": f"code-{openid}", "password": password, **other}
    return await phone("POST", "/staff/phones/sessions", **given)


async def test_both_factors_bind_the_phone_and_then_the_password_is_enough(office, phone):
    first = await binds(office, phone)
    again = await logs_in(phone)

    me = await phone("GET", "/me", again["secret"])
    assert (first["role"], first["seconds"], first["renewal"]) == ("mediator", 8 * 3600, "")
    assert (me["face"], me["name"]) == ("staff", "李春和")


@pytest.mark.parametrize("wrong", [{"password": "guess-guess-guess"}, {"code": "000000"}])
async def test_one_factor_alone_binds_nothing(office, phone, wrong):
    refused = await binds(office, phone, **wrong)
    after = await logs_in(phone)

    assert (refused["code"], after["code"]) == ("wrong-credentials", "wrong-credentials")


async def test_another_phone_a_wrong_password_and_a_false_word_of_wechat_open_nothing(
    office, phone
):
    await binds(office, phone)

    refused = [
        await logs_in(phone, openid="o-thief"),
        await logs_in(phone, password="guess-guess-guess"),
        await phone("POST", "/staff/phones/sessions", wechat="no", password=PASSWORD),
    ]

    assert [one["status"] for one in refused] == [401, 401, 401]


async def test_guessing_the_password_on_the_bound_phone_is_counted(office, phone):
    await binds(office, phone)

    for _ in range(5):
        await logs_in(phone, password="guess-guess-guess")

    assert (await logs_in(phone))["code"] == "too-many-tries"


@pytest.mark.parametrize("login", ["guanli", "shenji"])
async def test_accounts_and_audits_stay_at_the_desk_and_trying_locks_nobody_out(
    office, phone, login
):
    tried = [await binds(office, phone, login=login) for _ in range(5)]
    unproven = await binds(office, phone, login=login, code="000000")

    office.clock.moves(seconds=30)
    given = {"login": login, "password": PASSWORD, "code": totp(office.clock.now)}
    at_the_desk = await phone("POST", "/staff/sessions", **given)
    assert {one["code"] for one in tried} == {"desk-only"}
    assert unproven["code"] == "wrong-credentials"
    assert at_the_desk["face"] == "staff"
    assert (await logs_in(phone))["code"] == "wrong-credentials"  # nothing was bound


async def test_a_bound_phone_whose_account_moved_to_the_desk_is_told_so(office, phone):
    await binds(office, phone)
    async with office.store.begin() as work:
        member = await work.staff.get(StaffId("staff-tiaojie"))
        await work.staff.save(replace(member, roles=("auditor",)))

    told = [await logs_in(phone) for _ in range(6)]

    assert {one["code"] for one in told} == {"desk-only"}


async def test_a_role_is_chosen_and_never_one_of_the_desk_alone(office, phone):
    async with office.store.begin() as work:
        member = await work.staff.get(StaffId("staff-tiaojie"))
        roles = ("administrator", "mediator", "grid-worker")
        await work.staff.save(replace(member, roles=roles))

    usual = await binds(office, phone)
    chosen = await logs_in(phone, role="mediator")
    desk = await logs_in(phone, role="administrator")

    assert [one["role"] for one in (usual, chosen, desk)] == [
        "grid-worker",
        "mediator",
        "grid-worker",
    ]


async def test_the_session_of_a_phone_ends_like_one_of_the_desk(office, phone):
    session = await binds(office, phone)

    office.clock.moves(minutes=16)

    assert await phone("GET", "/tasks", session["secret"], status=401)


async def test_who_gives_the_phone_up_is_logged_out_there_at_once(office, phone):
    session = await binds(office, phone)

    await phone("DELETE", "/staff/phones", session["secret"], status=204)

    await phone("GET", "/tasks", session["secret"], status=401)
    assert (await logs_in(phone))["code"] == "wrong-credentials"


async def test_the_administrator_takes_a_lost_phone_from_its_account(office, phone, visitor):
    session = await binds(office, phone)
    admin = await visitor(staff="guanli")
    async with admin.get("/desk/accounts") as answer:
        assert "解除微信绑定" in await answer.text()

    async with admin.post("/desk/accounts/staff-tiaojie/loosen", allow_redirects=False) as answer:
        assert answer.status == 303

    await phone("GET", "/tasks", session["secret"], status=401)
    async with admin.get("/desk/accounts") as answer:
        page = await answer.text()
    assert "：绑定微信 李春和" in page  # both deeds stand in the record
    assert "：解除微信绑定 李春和" in page
    assert "解除微信绑定，" not in page


async def test_nobody_else_takes_a_phone_from_an_account(office, phone, visitor):
    await binds(office, phone)
    clerk, resident = await visitor(staff="fenpai"), await visitor(resident="o-wang")
    path = f"{API}/accounts/staff-tiaojie/wechat"

    assert (await clerk.delete(path)).status == 404
    assert (await resident.delete(path)).status == 401
    assert (await logs_in(phone))["role"] == "mediator"


async def test_a_member_gives_their_wechat_up_at_the_desk(office, phone, visitor):
    await binds(office, phone)
    mediator = await visitor(staff="tiaojie")

    async with mediator.post("/desk/wechat/loosen", allow_redirects=False) as answer:
        assert answer.status == 303

    assert (await logs_in(phone))["code"] == "wrong-credentials"
    assert (await mediator.get("/desk")).status == 200


async def test_the_same_phone_belongs_to_one_member_only(office, phone):
    first = await binds(office, phone)

    await binds(office, phone, login="fenpai")

    await phone("GET", "/tasks", first["secret"], status=401)
    assert (await logs_in(phone))["name"] == "陈晓分"


async def test_a_page_of_the_desk_opens_once_in_a_web_view(office, phone, visitor):
    session = await binds(office, phone)
    ticket = (await phone("POST", "/staff/pages", session["secret"]))["ticket"]
    door = {"params": {"ticket": ticket, "next": "/desk?state=accepted"}, "allow_redirects": False}
    web_view, stranger = await visitor(), await visitor()

    elsewhere = await stranger.get(f"{API}/staff/page", **door)
    opened = await web_view.get(f"{API}/staff/page", headers=WEB_VIEW, **door)
    again = await stranger.get(f"{API}/staff/page", headers=WEB_VIEW, **door)

    assert elsewhere.headers["Location"].startswith("/desk/login?")
    assert opened.headers["Location"] == "/desk?state=accepted"
    assert again.headers["Location"].startswith("/desk/login?")
    assert (await web_view.get("/desk")).status == 200


@pytest.mark.parametrize("path", ["/me", "/staff/phones"])
async def test_who_logs_out_on_the_phone_or_gives_it_up_is_out_of_its_desk_pages_too(
    office, phone, visitor, path
):
    session = await binds(office, phone)
    ticket = (await phone("POST", "/staff/pages", session["secret"]))["ticket"]
    web_view, desk = await visitor(), await visitor(staff="tiaojie")
    await web_view.get(f"{API}/staff/page", headers=WEB_VIEW, params={"ticket": ticket})
    assert (await web_view.get("/desk")).status == 200

    await phone("DELETE", path, session["secret"], status=204)

    assert (await web_view.get("/desk", allow_redirects=False)).status == 303
    assert (await desk.get("/desk")).status == 200


async def test_a_ticket_is_too_old_after_a_minute_and_leads_to_no_other_site(
    office, phone, visitor
):
    session = await binds(office, phone)
    web_view = await visitor()
    tickets = [(await phone("POST", "/staff/pages", session["secret"]))["ticket"] for _ in range(2)]

    foreign = await web_view.get(
        f"{API}/staff/page",
        params={"ticket": tickets[0], "next": "//evil.example/"},
        headers=WEB_VIEW,
        allow_redirects=False,
    )
    office.clock.moves(seconds=61)
    late = await web_view.get(
        f"{API}/staff/page",
        params={"ticket": tickets[1]},
        headers=WEB_VIEW,
        allow_redirects=False,
    )

    assert foreign.headers["Location"] == "/desk"
    assert late.headers["Location"].startswith("/desk/login?")


@pytest.mark.parametrize("login", ["fenpai", "wangge"])
async def test_a_report_is_taken_down_for_a_resident_who_hears_of_it(office, visitor, login):
    clerk = await visitor(staff=login)

    async with clerk.post(f"{API}/reports/taken", json={**FOR_WANG, "form": "f-1"}) as answer:
        filed = await answer.json()
        assert answer.status == 201
    async with clerk.post(f"{API}/reports/taken", json={**FOR_WANG, "form": "f-1"}) as answer:
        again = await answer.json()
    await office.work()

    assert again["case_number"] == filed["case_number"]
    async with office.store.read() as work:
        case = await work.cases.get(filed["case_id"], EVERYTHING)
        reporter = await work.people.get(case.reporter)
    assert (reporter.name, reporter.phone, case.helper) == (
        "王秀兰",
        "+8612000000001",
        f"staff-{login}",
    )
    assert any(filed["case_number"] in said for said in office.sms.to("+8612000000001"))


async def test_what_a_grid_worker_found_has_no_party_yet_and_its_finder_follows_it(office, visitor):
    chen = await visitor(staff="wangge")
    told = {"story": "3幢楼下两家为停车位吵了好几天", "place": "枫溪路20号"}

    async with chen.post(f"{API}/reports/taken", json=told) as answer:
        filed = await answer.json()
    async with chen.get(f"{API}/tasks") as answer:
        mine = [one["number"] for one in (await answer.json())["items"]]

    assert mine == [filed["case_number"]]
    async with office.store.read() as work:
        case = await work.cases.get(filed["case_id"], EVERYTHING)
    assert case.parties == ()
    clerk = await office.staff("fenpai")
    registered = {"version": case.version, "type_code": "02", "cell": CELL}
    await office.desks.cases.register(clerk, case.id, **registered)
    assert (await office.desks.cases.view(clerk, case.id)).notices == ()  # nobody waits to hear
    version = await office.version(case.id)
    added = {"name": "赵一", "phone": "12000000003", "side": "applicant"}
    await office.desks.parties.add(clerk, case.id, version=version, **added)


async def test_danger_that_is_taken_down_rings_at_the_desk(office, visitor):
    clerk = await visitor(staff="fenpai")

    async with clerk.post(
        f"{API}/reports/taken", json={**FOR_WANG, "danger": "他拿着刀说要砍死我"}
    ) as answer:
        case_id = (await answer.json())["case_id"]
    async with clerk.get(f"{API}/tasks") as answer:
        (first,) = (await answer.json())["items"]

    assert (first["id"], first["alarmed"]) == (case_id, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"agreed": None}, "agreed"), ({"phone": "12"}, "phone"), ({"story": ""}, "story")],
)
async def test_what_is_missing_in_a_taken_report_is_named(visitor, wrong, field):
    clerk = await visitor(staff="fenpai")

    async with clerk.post(f"{API}/reports/taken", json={**FOR_WANG, **wrong}) as answer:
        assert answer.status == 422
        assert (await answer.json())["field"] == field


@pytest.mark.parametrize("login", ["tiaojie", "duban", "shenji", "guanli"])
async def test_only_clerks_and_grid_workers_take_reports_down(office, visitor, login):
    other, resident = await visitor(staff=login), await visitor(resident="o-wang")

    assert (await other.post(f"{API}/reports/taken", json=FOR_WANG)).status == 404
    assert (await resident.post(f"{API}/reports/taken", json=FOR_WANG)).status == 401
    async with office.store.read() as work:
        assert (await work.cases.page(EVERYTHING, CaseFilter(), limit=5))[0] == []


async def test_tasks_stand_by_their_deadline_and_are_nobody_elses(office, visitor):
    first = await office.reported("o-a")
    office.clock.moves(hours=1)
    second = await office.reported("o-b")
    taken = await office.accepted("o-c")
    async with office.store.begin() as work:
        member = await work.staff.get(StaffId("staff-duban"))
        await work.staff.save(replace(member, region="888888"))

    seen = {}
    for login in ("fenpai", "tiaojie", "tiaojie2", "wangge", "duban"):
        browser = await visitor(staff=login)
        async with browser.get(f"{API}/tasks") as answer:
            seen[login] = [one["id"] for one in (await answer.json())["items"]]
    resident = await visitor(resident="o-a")

    assert seen == {
        "fenpai": [first, second],
        "tiaojie": [taken],
        "tiaojie2": [],
        "wangge": [],
        "duban": [],
    }
    assert (await resident.get(f"{API}/tasks")).status == 401


async def test_more_tasks_than_fit_are_told_never_hidden(office):
    reported = []
    for number in range(3):
        reported.append(await office.reported(f"o-{number}"))
        office.clock.moves(hours=1)
    desk = replace(office.desks.cases, most_tasks=2)

    few = await desk.tasks(await office.staff("fenpai"))
    all_of_them = await office.desks.cases.tasks(await office.staff("fenpai"))

    assert ([one.id for one in few.items], few.left_out) == (reported[:2], 1)
    assert (len(all_of_them.items), all_of_them.left_out) == (3, 0)
