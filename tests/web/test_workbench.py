"""The workbench: what stands at the top, what may be done, and what appears by itself."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace


async def test_an_alarm_stands_at_the_top(visitor, office):
    await office.reported(story="他拿刀追着我打，快来人")
    for count in range(3):
        await office.reported(openid=f"o-{count}")
    clerk = await visitor(staff="fenpai")

    page = await (await clerk.get("/desk")).text()

    first = page.split('<li class="line')[1]
    assert first.startswith(" alarmed")
    assert "可能有人有生命危险" in first
    assert "“他拿刀追着我打，快来人”" in first
    assert "我来处理" in first


async def test_who_takes_an_alarm_of_a_page_reads_the_number_and_notes_the_call(visitor, office):
    resident, clerk = await visitor(resident="o-wang"), await visitor(staff="fenpai")
    person = await office.resident("o-wang")
    async with office.store.begin() as work:
        known = await work.people.get(person.id)
        await work.people.save(replace(known, phone="+8613800138000"))
    told = {"story": "我不想活了", "place": "枫溪路18号"}
    page = await (await resident.post("/m/report", data=told)).text()
    (case,) = await office.desks.cases.mine(person)

    taken = await clerk.post(f"/api/v1/cases/{case.id}/acknowledge", json={})
    desk = await (await clerk.get((await taken.json())["page"])).text()
    noted = await clerk.post(f"/api/v1/cases/{case.id}/calls", json={"words": "接了，人平安"})
    after = await (await clerk.get(f"/desk/cases/{case.id}")).text()

    assert "值班的人会打您的电话138****8000" in page
    assert 'href="tel:+8613800138000"' in desk.partition('id="in-danger"')[2]
    assert noted.status == 204
    assert "打电话找了说有危险的人（接了，人平安）" in after


async def test_proposals_come_with_their_reasons(visitor, office):
    case_id = await office.reported()
    clerk = await visitor(staff="fenpai")

    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()

    assert "提到" in page
    assert "像是邻里纠纷" in page
    assert '<option value="02" selected>' in page
    assert "枫溪社区第一网格" in page


async def test_only_what_may_be_done_now_is_offered(visitor, office):
    case_id = await office.accepted()
    clerk, mediator = await visitor(staff="fenpai"), await visitor(staff="tiaojie")

    for_clerk = await (await clerk.get(f"/desk/cases/{case_id}")).text()
    for_mediator = await (await mediator.get(f"/desk/cases/{case_id}")).text()

    assert "约定并通知各方" in for_mediator
    assert "约定并通知各方" not in for_clerk
    assert "12000000002" in for_mediator
    assert "12000000002" not in for_clerk


async def test_the_desk_hears_of_a_report_at_once(visitor, office):
    clerk = await visitor(staff="fenpai")

    async with clerk.get("/desk/events") as stream:
        assert stream.content_type == "text/event-stream"
        await read_event(stream)
        case_id = await office.reported()
        kind, data = await asyncio.wait_for(read_event(stream), 5)

    assert kind == "change"
    assert json.loads(data) == {"case": case_id}


async def test_only_staff_hear_what_happens_at_the_desk(visitor):
    resident = await visitor(resident="o-wang")

    answer = await resident.get("/desk/events", allow_redirects=False)

    assert answer.status == 303


async def test_open_streams_do_not_keep_the_server_alive(visitor, server):
    clerk = await visitor(staff="fenpai")

    async with clerk.get("/desk/events") as stream:
        await read_event(stream)
        await asyncio.wait_for(server.close(), 5)


async def test_the_queue_can_be_narrowed(visitor, office):
    await office.reported(story="物业费的事情谈不拢")
    await office.reported(story="邻居的狗半夜叫")
    clerk = await visitor(staff="fenpai")

    page = await (await clerk.get("/desk", params={"words": "物业费"})).text()
    none = await (await clerk.get("/desk", params={"state": "archived"})).text()

    assert page.count('<li class="line"') == 1
    assert "这里没有案件" in none


async def test_the_mediator_enters_the_room_with_a_ticket(visitor, office):
    case_id = await office.accepted()
    meeting = await office.meeting(case_id)
    mediator = await visitor(staff="tiaojie")

    page = await (await mediator.get(f"/desk/cases/{case_id}/meetings/{meeting}")).text()

    assert 'data-role="mediator"' in page
    assert 'data-name="李春和"' in page


async def test_the_mediator_puts_down_who_signs_for_a_party(visitor, office):
    case_id = await office.accepted()
    mediator, clerk = await visitor(staff="tiaojie"), await visitor(staff="fenpai")
    view = await (await mediator.get(f"/api/v1/cases/{case_id}")).json()
    person = view["parties"][1]["person_id"]
    base = f"/api/v1/cases/{case_id}"

    kept = await (await mediator.post(f"{base}/proofs", data=b"%PDF-1.7 a mandate")).json()
    told = {"capacity": "agent", "name": "刘小勇", "proof": kept["sha256"]}
    address = f"{base}/parties/{person}/representation"
    without = await mediator.post(address, json={**told, "proof": "", "version": view["version"]})
    recorded = await mediator.post(address, json={**told, "version": view["version"]})
    page = await (await mediator.get(f"/desk/cases/{case_id}")).text()
    proof = await clerk.get(f"/desk/cases/{case_id}/proofs/{kept['sha256']}")

    assert (without.status, recorded.status) == (422, 204)
    assert "由委托代理人刘小勇签" in page
    assert "未满18岁要由法定代理人签" in page
    assert await proof.read() == b"%PDF-1.7 a mandate"


async def test_an_auditor_reads_history_and_no_story(visitor, office):
    case_id = await office.reported()
    auditor = await visitor(staff="shenji")

    page = await (await auditor.get(f"/desk/cases/{case_id}")).text()

    assert "办理记录" in page
    assert "天花板坏了，找他三次" not in page


async def read_event(stream) -> tuple[str, str]:
    fields: dict[str, str] = {}
    async for line in stream.content:
        text = line.decode().rstrip("\n")
        if not text and fields.get("event"):
            return fields["event"], fields.get("data", "")
        name, _, value = text.partition(": ")
        fields[name] = value
    raise AssertionError("the stream ended")


async def test_a_mediator_reads_a_number_as_people_write_it_and_dials_it_whole(visitor, office):
    case_id = await office.accepted()
    mediator = await visitor(staff="tiaojie")

    page = await (await mediator.get(f"/desk/cases/{case_id}")).text()

    assert 'href="tel:+8612000000001">120 0000 0001</a>' in page
    assert 'value="120 0000 0001"' in page
    assert ">+86" not in page


async def test_staff_are_given_a_code_that_ties_their_wechat_this_once(visitor):
    clerk = await visitor(staff="fenpai")

    before = await (await clerk.get("/desk")).text()
    page = await (await clerk.post("/desk/wechat")).text()

    assert "绑定微信" in before
    assert re.search(r"<b>绑定\d{8}</b>", page)
    assert not re.search(r"<b>绑定\d{8}</b>", await (await clerk.get("/desk")).text())


async def test_a_question_stands_on_the_queue_until_it_is_answered(visitor, office):
    case_id = await office.accepted()
    asker = await office.resident("o-wang")
    async with office.store.begin() as work:
        await office.desks.questions.ask(work, case_id, person=asker.id, text="要带身份证吗")
    mediator, resident = await visitor(staff="tiaojie"), await visitor(resident="o-wang")

    queue = await (await mediator.get("/desk")).text()
    case = await (await mediator.get(f"/desk/cases/{case_id}")).text()
    where = re.search(r"/api/v1/cases/[^\"]+/questions/[^\"]+/answer", case)
    assert where is not None
    answered = await mediator.post(where.group(), json={"words": "要带，谢谢"})

    assert answered.status == 204
    assert "1 个提问等回复" in queue
    assert "要带身份证吗" in case
    assert "个提问等回复" not in await (await mediator.get("/desk")).text()
    assert "要带，谢谢" in await (await resident.get(f"/m/cases/{case_id}")).text()
