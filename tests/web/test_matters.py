"""Daily-life matters on the desk, on the resident's pages and in the API."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from domain.cases import Spot
from domain.helping import Helped, HowAgreed
from domain.ids import MatterId
from domain.matters import Grade, MatterReport
from domain.notices import NoticeKind
from tests.web import browsing
from tests.web.browsing import DESK, PHONE
from tests.web.test_in_browser import what_is_wrong
from tests.web.test_own_data import look_at
from tests.web.test_talks import follows

pytestmark = pytest.mark.asyncio(loop_scope="module")
chromium, office, opened, server, visitor = browsing.FIXTURES
LAMP = "枫溪路18号门口的路灯坏了半个月，晚上看不见路"
DRAIN = "小区门口的下水道堵了，一下雨就积水，老人走路要绕到马路上"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40


async def reported(office, openid="o-wang", told=LAMP, place="枫溪路18号门口", **more) -> MatterId:
    report = MatterReport(told=told, spot=Spot(words=place), **more)
    matter = await office.desks.matters.file_own(await office.resident(openid), report)
    return matter.id


async def answered(office, matter_id, words="灯泡换好了，今晚会亮，不亮再告诉我们。"):
    clerk = await office.staff("fenpai")
    version = (await office.desks.matters.view(clerk, matter_id)).version
    await office.desks.matters.take(clerk, matter_id, version=version, unit="枫溪街道市政所")
    await office.desks.matters.answer(clerk, matter_id, version=version + 1, words=words)


async def test_a_program_reports_follows_and_rates_it(visitor, office):
    resident, clerk = await visitor(resident="o-wang"), await visitor(staff="fenpai")
    async with resident.post("/api/v1/matters", json={"told": LAMP, "place": "枫溪路"}) as answer:
        made = await answer.json()
        assert answer.status == 201
    base = f"/api/v1/matters/{made['id']}"

    async with clerk.post(f"{base}/take", json={"version": 0, "unit": "市政所"}) as answer:
        assert answer.status == 204
    async with clerk.post(f"{base}/answer", json={"version": 1, "words": "好了"}) as answer:
        assert answer.status == 204
    async with resident.post(f"{base}/rating", json={"grade": "unsatisfied"}) as answer:
        assert answer.status == 204
    async with resident.post(f"{base}/words", json={"words": "还是不亮"}) as answer:
        assert answer.status == 200
    async with resident.post(f"{base}/rating", json={"grade": "satisfied"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "already-rated")

    seen = await (await resident.get(base)).json()
    mine = await (await resident.get("/api/v1/my/matters")).json()
    listed = await (await clerk.get("/api/v1/matters")).json()
    assert (seen["line"]["state"], seen["more"][0]["words"]) == ("in-hand", "还是不亮")
    assert [one["number"] for one in mine["items"]] == [made["number"]]
    assert [one["reopened"] for one in listed["items"]] == [True]


async def alarms_of(office, openid="o-wang") -> list[str]:
    """Who was called for this resident, by name."""
    mine = await office.desks.cases.mine(await office.resident(openid))
    async with office.store.read() as work:
        return [
            (await work.staff.get(one.to_staff)).name
            for case in mine
            for one in await work.notices.of_case(case.id)
            if one.kind is NoticeKind.ALARM
        ]


def says_whom_to_call(page: str, called: str) -> bool:
    """Do the hot-lines stand on the page, and then who is being called?"""
    help_now = page.partition('id="help-now"')[2].partition("</section>")[0]
    hot_lines = ("110", "119", "120", "12356")
    return all(f"tel:{one}" in help_now for one in hot_lines) and called in help_now


async def test_danger_told_as_a_matter_shows_help_on_the_page_that_follows(visitor, office):
    wang, zhang = await visitor(resident="o-wang"), await visitor(resident="o-zhang")

    told = {"told": f"{LAMP}。我不想活了", "place": "枫溪路18号"}
    loud = await (await wang.post("/m/matters/new", data=told)).text()
    calm = await (
        await zhang.post("/m/matters/new", data={"told": LAMP, "place": "枫溪路18号"})
    ).text()

    (called,) = await alarms_of(office)
    assert says_whom_to_call(loud, f"正在通知值班的{called}")
    assert "help-now" not in calm


async def test_danger_added_to_a_matter_shows_help_on_its_page(visitor, office):
    matter_id = await reported(office)
    wang = await visitor(resident="o-wang")

    added = await wang.post(f"/api/v1/matters/{matter_id}/words", json={"words": "我不想活了"})

    (called,) = await alarms_of(office)
    assert (await added.json())["called"].startswith(f"正在通知值班的{called}。")
    page = await (await wang.get(f"/m/matters/{matter_id}")).text()
    assert says_whom_to_call(page, f"正在通知值班的{called}")


async def test_a_matter_that_rang_is_marked_at_the_desk_and_leads_to_the_case(visitor, office):
    calm = await reported(office, "o-zhao")
    rang = await reported(office, told="三楼那个男的天天把他娃绑在阳台上打", place="枫溪路9号")
    clerk = await visitor(staff="fenpai")

    listed = await (await clerk.get("/desk/matters")).text()
    pages = [await (await clerk.get(f"/desk/matters/{one}")).text() for one in (calm, rang)]

    assert listed.count("说到有人有危险") == 1
    assert ['class="alarm"' in page for page in pages] == [False, True]
    assert 'href="/desk/cases/' in pages[1].partition('class="alarm"')[2]


async def test_a_program_is_told_who_was_called_about_danger_in_a_matter(visitor, office):
    wang = await visitor(resident="o-wang")

    body = {"told": "楼道灯坏了，我想从楼顶跳下去", "place": "枫溪路18号"}
    loud = await (await wang.post("/api/v1/matters", json=body)).json()

    (called,) = await alarms_of(office)
    assert loud["called"].startswith(f"正在通知值班的{called}。")


async def test_danger_in_a_matter_that_lacks_its_place_rings_all_the_same(visitor, office):
    wang = await visitor(resident="o-wang")

    page = await wang.post("/m/matters/new", data={"told": "我不想活了", "place": ""})

    (called,) = await alarms_of(office)
    assert page.status == 422
    assert says_whom_to_call(await page.text(), f"正在通知值班的{called}")


async def test_a_program_refuses_it_or_makes_a_case_of_it(visitor, office):
    refused, quarrel = await reported(office), await reported(office, told=DRAIN)
    clerk = await visitor(staff="fenpai")

    told = {"version": 0, "reason": "归供电公司管", "instead": "打95598"}
    async with clerk.post(f"/api/v1/matters/{refused}/refuse", json=told) as answer:
        assert answer.status == 204
    async with clerk.post(f"/api/v1/matters/{quarrel}/case", json={"version": 0}) as answer:
        case_id = (await answer.json())["id"]

    assert (await clerk.get(f"/desk/cases/{case_id}")).status == 200
    over = await (await clerk.get("/api/v1/matters?over=true&limit=1")).json()
    rest = await (await clerk.get(f"/api/v1/matters?over=true&after={over['next']}")).json()
    assert {one["state"] for one in (*over["items"], *rest["items"])} == {"refused", "dispute"}


@pytest.mark.parametrize("login", ["tiaojie", "guanli"])
async def test_nobody_else_of_the_centre_sees_it(visitor, office, login):
    matter_id = await reported(office)
    other = await visitor(staff=login)

    for path in ("/desk/matters", f"/desk/matters/{matter_id}", f"/api/v1/matters/{matter_id}"):
        assert (await other.get(path)).status == 404
    assert "/desk/matters" not in await (await other.get("/desk")).text()


async def test_the_number_stands_on_the_page_once_a_call_was_promised(visitor, office):
    matter_id, wang = await reported(office), await office.resident("o-wang")
    async with office.desks.matters.store.begin() as work:
        known = await work.people.get(wang.id)
        await work.people.save(replace(known, phone="+8612000000001"))
    clerk, shown = await visitor(staff="fenpai"), []
    for _ in range(2):
        await answered(office, matter_id)
        await office.desks.matters.rate_own(wang, matter_id, Grade.UNSATISFIED)
        page = await (await clerk.get(f"/desk/matters/{matter_id}")).text()
        shown.append('href="tel:+8612000000001"' in page)

    assert shown == [False, True]


async def test_the_matter_s_page_begins_a_talk_with_who_follows_the_account(visitor, office):
    await follows(office)
    matter_id = await reported(office)
    supervisor, mediator = await visitor(staff="duban"), await visitor(staff="tiaojie")
    address = f"/api/v1/matters/{matter_id}/talks"

    page = await (await supervisor.get(f"/desk/matters/{matter_id}")).text()
    refused = await mediator.post(address, json={})
    begun = await supervisor.post(address, json={})

    talk = f"/desk/talks/{(await begun.json())['id']}"
    assert f'data-deed="{address}"' in page
    assert (refused.status, begun.status) == (404, 201)
    assert talk in await (await supervisor.get(f"/desk/matters/{matter_id}")).text()
    assert f"/desk/matters/{matter_id}" in await (await supervisor.get(talk)).text()


async def test_who_has_only_sms_rates_the_answer_by_the_address_in_it(visitor, office):
    number = "+8612000000088"
    clerk = await office.staff("fenpai")
    helped = Helped(name="钱阿婆", phone=number, agreed=HowAgreed.BY_PHONE)
    told = MatterReport(told=LAMP, spot=Spot(words="枫溪路18号门口"))
    matter = await office.desks.matters.take_down(clerk, told, helped)
    await answered(office, matter.id)
    await office.work()
    sms = office.sms.to(number)[-1]
    address = re.search(r"https?://[^/]+(/matter/[a-z2-7]{26})", sms)
    assert address is not None
    link, browser, stranger = address[1], await visitor(), await visitor(resident="o-zhao")

    door = await (await stranger.get(link)).text()
    await browser.post(f"{link}/code")
    await browser.post(f"{link}/session", data={"code": await office.code_sent(number)})
    page = await (await browser.get(link)).text()
    await browser.post(f"/api/v1/matters/{matter.id}/rating", json={"grade": "satisfied"})

    seen = await office.desks.matters.view(clerk, matter.id)
    assert "灯泡换好了" not in door
    assert "现在登录的人不是被邀请的人" in door
    assert "灯泡换好了，今晚会亮，不亮再告诉我们。" in page
    assert (seen.line.state, seen.answers[-1].grade) == ("closed", Grade.SATISFIED)


async def test_who_has_only_sms_opens_it_again_by_the_same_address_after_the_end(visitor, office):
    number = "+8612000000089"
    clerk = await office.staff("fenpai")
    helped = Helped(name="孙大爷", phone=number, agreed=HowAgreed.BY_PHONE)
    told = MatterReport(told=DRAIN, spot=Spot(words="枫溪路20号门口"))
    matter = await office.desks.matters.take_down(clerk, told, helped)
    await answered(office, matter.id, words="已经通了")
    await office.work()
    address = re.search(r"https?://[^/]+(/matter/[a-z2-7]{26})", office.sms.to(number)[-1])
    assert address is not None
    browser, base = await visitor(), f"/api/v1/matters/{matter.id}"
    await browser.post(f"{address[1]}/code")
    await browser.post(f"{address[1]}/session", data={"code": await office.code_sent(number)})
    await browser.post(f"{base}/rating", json={"grade": "satisfied"})

    closed = await (await browser.get(address[1])).text()
    objected = await browser.post(f"{base}/rating", json={"grade": "unsatisfied"})
    said = await browser.post(f"{base}/words", json={"words": "下雨又堵了"})
    after = await (await browser.get(address[1])).text()

    page = await (await (await visitor(staff="fenpai")).get(f"/desk/matters/{matter.id}")).text()
    assert "不满意，请重新办" in closed
    assert (objected.status, said.status) == (204, 200)
    assert "不满意，请重新办" not in after
    assert "上次没办好，正在重新办，办好再答复您" in after
    assert "办结以后又说不满意，重新办" in page
    assert "下雨又堵了" in page


async def test_the_door_of_a_matter_promises_no_log_in_by_sms(visitor):
    nobody = await visitor()

    matter = await (await nobody.get("/m/enter?next=/m/matters/x")).text()
    case = await (await nobody.get("/m/enter?next=/m/cases/x")).text()

    assert ("用短信验证码登录" in matter, "用短信验证码登录" in case) == (False, True)


async def test_another_resident_and_a_stranger_see_nothing(visitor, office):
    matter_id = await reported(office)
    other, stranger = await visitor(resident="o-zhang"), await visitor()

    assert (await other.get(f"/m/matters/{matter_id}")).status == 404
    assert LAMP not in await (await other.get("/m/cases")).text()
    assert (await stranger.get(f"/api/v1/matters/{matter_id}")).status == 401


async def test_its_picture_is_shown_to_those_two_and_nobody_else(visitor, office):
    wang = await office.resident("o-wang")
    media_id = await office.desks.media.keep_upload(wang, JPEG, "image/jpeg")
    matter_id = await reported(office, media=(media_id,))
    elsewhere = await reported(office, told=DRAIN)
    resident, clerk = await visitor(resident="o-wang"), await visitor(staff="fenpai")
    other = await visitor(resident="o-zhang")

    for browser_of, face in ((resident, "m"), (clerk, "desk")):
        async with browser_of.get(f"/{face}/matters/{matter_id}/media/{media_id}") as answer:
            assert (answer.status, await answer.read()) == (200, JPEG)
    for path in (matter_id, elsewhere):
        assert (await other.get(f"/m/matters/{path}/media/{media_id}")).status == 404
    assert (await clerk.get(f"/desk/matters/{elsewhere}/media/{media_id}")).status == 404


async def test_a_clerk_gives_it_to_a_unit_and_answers_on_the_page(office, opened):
    await reported(office, told=DRAIN, place="枫溪花园南门")
    matter_id = await reported(office)
    office.clock.moves(days=7)

    async with opened("/desk", staff="fenpai", size=DESK) as page:
        await page.get_by_text("2 件民生事项超过期限没有答复").wait_for()
        faults = await what_is_wrong(page, least=43.5)
        await page.get_by_role("link", name="去答复").click()
        await page.get_by_text("已经超过期限").first.wait_for()
        faults += await what_is_wrong(page, least=43.5)
        await look_at(page, "desk-matters")
        await page.get_by_role("link", name=LAMP).click()
        await page.locator("input[name=unit]").fill("枫溪街道市政所")
        await page.get_by_role("button", name="交给这个单位").click()
        await page.get_by_text("办理单位：枫溪街道市政所").wait_for()
        faults += await what_is_wrong(page, least=43.5)
        await look_at(page, "desk-matter")
        await page.locator("textarea[name=words]").fill("灯泡换好了")
        await page.get_by_role("button", name="发给居民").click()
        await page.get_by_role("heading", name="答复", exact=True).wait_for()
        await page.get_by_role("link", name="全部民生事项").click()
        await page.get_by_text("枫溪花园南门").wait_for()
        assert LAMP not in await page.content()

    clerk = await office.staff("fenpai")
    assert faults == []
    assert (await office.desks.matters.view(clerk, matter_id)).answers[0].words == "灯泡换好了"


@pytest.mark.parametrize("care", [False, True])
async def test_a_resident_rates_the_answer_by_one_tap(office, opened, care):
    matter_id = await reported(office)
    await answered(office, matter_id)

    async with opened("/m/cases", resident="o-wang", size=PHONE, care=care) as page:
        faults = await what_is_wrong(page, least=59.5 if care else 43.5)
        await page.get_by_role("link", name=LAMP).click()
        faults += await what_is_wrong(page, least=59.5 if care else 43.5)
        if not care:
            await look_at(page, "resident-matter")
        await page.get_by_role("button", name="不满意", exact=True).click()
        await page.get_by_text("哪里没办好").wait_for()
        await page.locator("textarea[name=words]").fill("还是不亮")
        await page.get_by_role("button", name="补充").click()
        await page.get_by_text("还是不亮").wait_for()

    view = await office.desks.matters.view(await office.staff("fenpai"), matter_id)
    assert faults == []
    assert view.answers[0].grade is Grade.UNSATISFIED
    assert [one.words for one in view.more] == ["还是不亮"]


async def test_the_list_on_the_phone_is_easy_to_hit_in_large_print(office, opened):
    await reported(office)

    async with opened("/desk/matters", staff="fenpai", size=PHONE, care=True) as page:
        assert await what_is_wrong(page, least=59.5) == []


async def test_a_clerk_takes_one_down_on_the_page(office, opened):
    async with opened("/desk/matters", staff="fenpai", size=PHONE) as page:
        await page.get_by_text("替居民登记").click()
        await page.locator("input[name=name]").fill("王秀兰")
        await page.locator("input[name=phone]").fill("12000000009")
        await page.locator("select[name=agreed]").select_option("by-phone")
        await page.locator("textarea[name=told]").fill(LAMP)
        await page.locator("input[name=place]").fill("枫溪路18号")
        faults = await what_is_wrong(page, least=43.5)
        await page.get_by_role("button", name="登记，编号发到对方手机").click()
        await page.get_by_role("heading", name="枫民2026第1号").wait_for()
        shown = await page.content()

    await office.work()
    assert faults == []
    assert "王*兰" in shown
    assert "枫民2026第1号" in office.sms.to("+8612000000009")[-1]


async def test_a_new_matter_appears_by_itself(office, opened):
    async with opened("/desk/matters", staff="fenpai", size=DESK) as page:
        await page.get_by_text("实时更新").wait_for()
        await reported(office)
        await page.get_by_text(LAMP).wait_for()


async def test_a_resident_reports_on_a_page_without_scripts(visitor, office):
    resident = await visitor(resident="o-wang")
    told = {"form": "f1", "told": LAMP, "place": "枫溪路18号"}

    async with resident.post("/m/matters/new", data=told) as answer:
        page = await answer.text()
        path = answer.url.path
    async with resident.post("/m/matters/new", data=told) as answer:
        again = answer.url.path

    assert "枫民2026第1号" in page
    assert LAMP in page
    assert again == path, "two taps are one matter"


@pytest.mark.parametrize(
    ("told", "fault"),
    [({"told": "灯", "place": "枫溪路"}, "fault-told"), ({"told": LAMP}, "fault-place")],
)
async def test_what_is_missing_is_said_beside_its_field(visitor, office, told, fault):
    resident = await visitor(resident="o-wang")

    async with resident.post("/m/matters/new", data={"form": "f1", **told}) as answer:
        page = await answer.text()

    assert answer.status == 422
    assert f'id="{fault}"' in page


@pytest.mark.parametrize("care", [False, True])
async def test_the_form_is_filled_and_forgotten_once_it_arrived(office, opened, care):
    async with opened("/m/", resident="o-wang", size=PHONE, care=care) as page:
        await page.get_by_role("link", name="反映民生事项").click()
        await page.locator("textarea[name=told]").fill(LAMP)
        await page.locator("input[name=place]").fill("枫溪路18号门口")
        faults = await what_is_wrong(page, least=59.5 if care else 43.5)
        if not care:
            await look_at(page, "new-matter")
        await page.get_by_role("button", name="提交").click()
        await page.get_by_text("我们收到了").wait_for()
        await page.goto(f"{office.settings.centre.public_url}/m/matters/new")
        left = await page.locator("textarea[name=told]").input_value()

    assert faults == []
    assert left == ""
