"""The desk's pages of talks with residents: one takes it, answers, and it appears by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from domain.conversations import Incoming, MessageKind, RaiseAlarm
from domain.people import WeChatIdentity
from tests.web import browsing
from tests.web.browsing import DESK
from tests.web.test_in_browser import what_is_wrong
from tests.web.test_own_data import look_at

pytestmark = pytest.mark.asyncio(loop_scope="module")
chromium, office, opened, server, visitor = browsing.FIXTURES


async def a_request(office, openid="o-wang"):
    """Somebody asked for a human in the chat."""
    resident = await office.resident(openid)
    asking = Incoming(
        key=f"m-{openid}",
        appid="wx-official",
        openid=openid,
        kind=MessageKind.TEXT,
        sent_at=office.clock(),
        text="人工",
    )
    async with office.store.begin() as work:
        await office.desks.hand_overs.ask(work, asking, resident.id)
    (talk,) = await office.desks.hand_overs.listed(await office.staff("fenpai"))
    return talk.id, asking, resident


async def says(office, asking, resident, words):
    said = Incoming(
        key=f"{asking.key}-{words}",
        appid=asking.appid,
        openid=asking.openid,
        kind=MessageKind.TEXT,
        sent_at=office.clock(),
        text=words,
    )
    async with office.store.begin() as work:
        await office.desks.hand_overs.hear(work, said, resident.id, None)
    await office.bus.publish("desk", {"talk": ""})


async def test_a_talk_is_taken_and_answered_by_the_api(visitor, office):
    talk_id, _, _ = await a_request(office)
    clerk = await visitor(staff="fenpai")

    listed = await (await clerk.get("/api/v1/talks")).json()
    taken = await clerk.post(f"/api/v1/talks/{talk_id}/take", json={})
    said = await clerk.post(f"/api/v1/talks/{talk_id}/words", json={"words": "您好"})
    ended = await clerk.post(f"/api/v1/talks/{talk_id}/end", json={})

    assert [one["state"] for one in listed["items"]] == ["waiting"]
    assert (taken.status, said.status, ended.status) == (204, 204, 204)


@pytest.mark.parametrize("login", ["tiaojie", "guanli"])
async def test_nobody_else_sees_that_there_is_a_talk(visitor, office, login):
    talk_id, _, _ = await a_request(office)
    other = await visitor(staff=login)

    for path in ("/api/v1/talks", f"/api/v1/talks/{talk_id}", "/desk/talks"):
        assert (await other.get(path)).status == 404
    assert (await other.post(f"/api/v1/talks/{talk_id}/take", json={})).status == 404


async def test_who_waits_too_long_stands_in_red_on_list_and_queue(visitor, office):
    await a_request(office)
    office.clock.now += timedelta(minutes=11)
    clerk = await visitor(staff="fenpai")

    assert "等得太久了，还没有人接" in await (await clerk.get("/desk/talks")).text()
    assert "1 位居民等人工等得太久了" in await (await clerk.get("/desk")).text()


async def test_one_takes_answers_and_sees_what_comes_without_reloading(office, opened):
    talk_id, asking, resident = await a_request(office)

    async with opened("/desk/talks", staff="fenpai", size=DESK) as page:
        faults = await what_is_wrong(page, least=43.5)
        await look_at(page, "desk-talks")
        await page.get_by_role("button", name="我来接").click()
        await page.wait_for_url(f"**/desk/talks/{talk_id}")
        await expect(page.locator("#live")).to_have_text("实时更新")
        await says(office, asking, resident, "楼上天天漏水，怎么办")
        await expect(page.get_by_text("楼上天天漏水，怎么办")).to_be_visible()
        await page.locator("textarea[name=words]").fill("您好，我来帮您看看")
        await page.get_by_role("button", name="发给居民").click()
        await expect(page.locator("#said").get_by_text("您好，我来帮您看看")).to_be_visible()
        await look_at(page, "desk-talk")
        faults += await what_is_wrong(page, least=43.5)

    assert faults == []


async def a_cry(office):
    """Somebody told of danger in the chat: the alarm rings, and the talk waits."""
    case_id = await office.reported("o-wang", story="我不想活了，绳子都买好了")
    resident = await office.resident("o-wang")
    asking = Incoming(
        key="m-danger",
        appid="wx-official",
        openid="o-wang",
        kind=MessageKind.TEXT,
        sent_at=office.clock(),
        text="我不想活了，绳子都买好了",
    )
    async with office.store.begin() as work:
        await office.desks.hand_overs.ask(work, asking, resident.id, danger=True)
    (talk,) = await office.desks.hand_overs.listed(await office.staff("fenpai"))
    return case_id, talk.id, asking, resident


async def test_who_takes_a_talk_about_danger_takes_the_alarm_with_it(visitor, office):
    case_id, talk_id, _, _ = await a_cry(office)
    clerk = await visitor(staff="fenpai")

    pages = [
        await (await clerk.get(path)).text() for path in ("/desk/talks", f"/desk/talks/{talk_id}")
    ]
    await clerk.post(f"/api/v1/talks/{talk_id}/take", json={})
    after = await (await clerk.get(f"/desk/talks/{talk_id}")).text()
    queue = await (await clerk.get("/desk")).text()

    for page in pages:
        assert "我来接，由我处理" in page
        assert "还没有人接手" in page
        assert "说了危险的话" in page
        assert "要找人" not in page
    assert "出现过危险信号，陈晓分已接手。" in after
    assert "我来处理" not in queue
    assert "有人接手处理危险" in await (await clerk.get(f"/desk/cases/{case_id}")).text()


async def test_an_alarm_that_rings_in_a_talk_is_taken_on_its_page(visitor, office):
    _, talk_id, _, resident = await a_cry(office)
    clerk, other = await visitor(staff="fenpai"), await visitor(staff="duban")
    await clerk.post(f"/api/v1/talks/{talk_id}/take", json={})
    async with office.store.begin() as work:
        again = RaiseAlarm(words="刀", text="刀在手里了，我不想活了", at=office.clock())
        await office.desks.alarms.raise_alarm(work, again, person=resident.id)

    page = await (await other.get(f"/desk/talks/{talk_id}")).text()
    where = re.search(r"/api/v1/cases/[^\"]+/acknowledge", page)
    assert where is not None
    taken = await other.post(where.group(), json={})

    assert (await taken.json())["page"] == f"/desk/talks/{talk_id}"
    assert "赵明德已接手" in await (await other.get(f"/desk/talks/{talk_id}")).text()


async def test_a_talk_about_danger_ends_only_with_what_came_of_it(visitor, office):
    case_id, talk_id, _, _ = await a_cry(office)
    clerk = await visitor(staff="fenpai")
    await clerk.post(f"/api/v1/talks/{talk_id}/take", json={})
    address = f"/api/v1/talks/{talk_id}/end"

    page = await (await clerk.get(f"/desk/talks/{talk_id}")).text()
    without = await clerk.post(address, json={})
    ended = await clerk.post(address, json={"words": "女儿到家陪着了"})
    late = await clerk.post(f"/api/v1/talks/{talk_id}/words", json={"words": "您好"})
    case = await (await clerk.get(f"/desk/cases/{case_id}")).text()

    form = page.partition(f'data-deed="{address}"')[2].partition("</form>")[0]
    assert "<summary>结束对话</summary>" in page
    assert 'class="button danger"' in form
    assert "button main" not in form
    assert (without.status, (await without.json())["field"]) == (422, "words")
    assert ended.status == 204
    assert (late.status, (await late.json())["code"]) == (409, "talk-over")
    assert "结束了和说有危险的人的对话（女儿到家陪着了）" in case


async def test_once_the_resident_ended_it_nothing_can_be_sent_any_more(office, opened):
    talk_id, _, resident = await a_request(office)
    await office.desks.hand_overs.take(await office.staff("fenpai"), talk_id)

    async with opened(f"/desk/talks/{talk_id}", staff="fenpai", size=DESK) as page:
        await expect(page.locator("#live")).to_have_text("实时更新")
        await expect(page.get_by_role("button", name="发给居民")).to_be_visible()
        async with office.store.begin() as work:
            await office.desks.hand_overs.end_by_person(work, resident.id)
        await office.bus.publish("desk", {"talk": ""})
        await expect(page.get_by_role("button", name="发给居民")).to_have_count(0)
        await expect(page.get_by_text("居民自己结束的")).to_be_visible()
        await expect(page.locator("textarea")).to_have_count(0)


async def test_to_take_care_of_an_alarm_opens_the_talk_with_who_is_in_danger(office, opened):
    case_id, _, asking, resident = await a_cry(office)
    for words in (asking.text, "有没有人啊", "我在家里"):
        await says(office, asking, resident, words)

    async with opened("/desk", staff="fenpai", size=DESK) as page:
        await look_at(page, "danger7-queue")
        await page.get_by_role("button", name="我来处理").click()
        await page.wait_for_url("**/desk/talks/*")
        await expect(page.locator("#said li").first).to_contain_text("我在家里")
        await expect(page.get_by_text("第一句")).to_contain_text(asking.text)
        await expect(page.get_by_label("回答")).to_be_visible()
        await expect(page.get_by_text("出现过危险信号，陈晓分已接手。")).to_be_visible()
        await expect(page.get_by_role("link", name="第0001号")).to_have_attribute(
            "href", f"/desk/cases/{case_id}"
        )
        faults = await what_is_wrong(page, least=43.5)
        await look_at(page, "danger7-talk")
        await page.goto(page.url.rsplit("/", 1)[0])
        preview = page.locator(".line-story").first
        await expect(preview).to_contain_text(f"{asking.text} …… 我在家里")
        await look_at(page, "danger7-talks")

    assert faults == []


async def follows(office, openid="o-wang"):
    """Somebody follows the official account."""
    person = (await office.resident(openid)).id
    async with office.store.begin() as work:
        await work.people.link(WeChatIdentity(appid="wx-official", openid=openid, person_id=person))


async def a_talk_that_is_over(office):
    """Somebody told of danger in the chat, was talked with, and the talk was ended."""
    case_id = await office.reported("o-wang", story="我不想活了，绳子都买好了")
    clerk = await office.staff("fenpai")
    await office.desks.cases.acknowledge(clerk, case_id)
    talk_id = await office.desks.hand_overs.take_alarm(clerk, case_id)
    await office.desks.hand_overs.end(clerk, talk_id, words="人平安")
    return case_id, (await office.resident("o-wang")).id


async def test_when_the_talk_about_danger_is_over_the_case_offers_to_begin_one(visitor, office):
    await follows(office)
    case_id, person = await a_talk_that_is_over(office)
    clerk, mediator = await visitor(staff="duban"), await visitor(staff="tiaojie")
    address, whom = f"/api/v1/cases/{case_id}/talks", {"person_id": person}

    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()
    refused = await mediator.post(address, json=whom)
    begun = await clerk.post(address, json=whom)

    talk_id = (await begun.json())["id"]
    assert f'data-deed="{address}"' in page
    assert f'value="{person}"' in page
    assert (refused.status, begun.status) == (404, 201)
    assert (
        f'href="/desk/talks/{talk_id}"' in await (await clerk.get(f"/desk/cases/{case_id}")).text()
    )
    assert "工作人员找居民" in await (await clerk.get(f"/desk/talks/{talk_id}")).text()


async def test_a_call_that_does_not_go_out_is_seen_though_nothing_happens(office, opened):
    async with opened("", staff="fenpai", size=DESK) as page:
        await office.reported("o-wang", story="我不想活了，绳子都买好了")
        await page.clock.install()
        await page.goto(f"{office.settings.centre.public_url}/desk")
        await expect(page.locator("#live")).to_have_text("实时更新")
        await expect(page.locator(".alarm")).not_to_contain_text("通知还没发出去")
        office.clock.moves(seconds=31)
        await page.clock.fast_forward(31_000)
        await expect(page.locator(".alarm")).to_contain_text("通知还没发出去")
