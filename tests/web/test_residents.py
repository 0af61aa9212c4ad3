"""The residents' pages: they work without scripts, and show everybody only their own."""

from __future__ import annotations

import re

from domain.codes import Purpose
from tests.web.centre import STORY


async def other_side(office, case_id):
    view = await office.desks.cases.view(await office.staff("tiaojie"), case_id)
    return next(one.person_id for one in view.parties if one.name == "刘大勇")


async def test_a_report_can_be_made_without_scripts(visitor, office):
    resident = await visitor(resident="o-wang")

    form = await (await resident.get("/m/report")).text()
    answer = await resident.post("/m/report", data={"story": STORY, "place": "枫溪路18号"})
    text = await answer.text()
    listed = await (await resident.get("/m/cases")).text()

    assert '<form class="card" id="report" method="post" action="/m/report"' in form
    assert answer.status == 200
    number = text.split("<strong>")[1].split("</strong>")[0]
    assert "枫综字第0001号" in number
    assert number in listed
    assert "扫码看进度" in text


async def test_a_report_completes_the_case_that_an_alarm_in_the_chat_began(visitor, office):
    begun = await office.alarmed("o-wang")
    resident = await visitor(resident="o-wang")

    answer = await resident.post("/m/report", data={"story": STORY, "place": "枫溪路18号"})
    text = await answer.text()
    listed = await (await resident.get("/m/cases")).text()

    assert f"编号还是 <strong>{begun.case_number}</strong>" in text
    assert "我们加到那件事里了" in text
    assert listed.count("枫综字第") == 1
    assert "他拿着刀来了" in listed


async def test_who_reports_danger_reads_the_hot_lines_and_who_was_called(visitor):
    calm, afraid = await visitor(resident="o-wang"), await visitor(resident="o-zhang")

    quiet = await calm.post("/m/report", data={"story": STORY, "place": "枫溪路18号"})
    loud = await afraid.post(
        "/m/report", data={"story": "他拿着刀来了，说要杀了我", "place": "枫溪路20号"}
    )

    text = await loud.text()
    assert "正在通知值班的" in text
    assert 'href="tel:110"' in text.split("正在通知值班的")[0]
    assert "值班" not in await quiet.text()


async def test_danger_rings_although_the_form_lacks_a_place(visitor, office):
    resident = await visitor(resident="o-wang")

    answer = await resident.post("/m/report", data={"story": "我不想活了", "place": ""})

    text = await answer.text()
    assert answer.status == 422
    assert 'href="tel:12356"' in text.split("正在通知值班的")[0]
    assert "正在通知值班的" in text
    (case,) = await office.desks.cases.mine(await office.resident("o-wang"))
    assert (await office.desks.cases.view(await office.staff("fenpai"), case.id)).line.alarmed


async def test_pressing_again_shows_the_first_case(visitor):
    resident = await visitor(resident="o-wang")
    form = re.findall(
        r'name="form" value="(\w{26})"', await (await resident.get("/m/report")).text()
    )
    told = {"story": STORY, "place": "枫溪路18号", "form": form[0]}

    first = await resident.post("/m/report", data=told)
    again = await resident.post("/m/report", data=told)

    listed = await (await resident.get("/m/cases")).text()
    assert "我们收到了" in await again.text()
    assert again.url == first.url
    assert listed.count("枫综字第") == 1


async def test_a_form_that_lacked_something_keeps_its_id(visitor):
    resident = await visitor(resident="o-wang")

    answer = await resident.post("/m/report", data={"story": STORY, "form": "form-1"})

    assert answer.status == 422
    assert 'name="form" value="form-1"' in await answer.text()


async def test_a_report_of_its_own_is_not_said_to_be_added(visitor):
    resident = await visitor(resident="o-wang")

    answer = await resident.post("/m/report", data={"story": STORY, "place": "枫溪路18号"})

    text = await answer.text()
    assert "您的编号是" in text
    assert "加到" not in text


async def test_a_report_that_lacks_something_keeps_what_was_written(visitor):
    resident = await visitor(resident="o-wang")

    answer = await resident.post("/m/report", data={"story": STORY, "place": ""})
    text = await answer.text()

    assert answer.status == 422
    assert STORY in text
    assert "请写清楚在哪里" in text


async def test_one_has_to_log_in_to_report(visitor):
    stranger = await visitor()

    answer = await stranger.get("/m/report", allow_redirects=False)
    door = await stranger.get(answer.headers["Location"])

    assert answer.headers["Location"] == "/m/enter?next=%2Fm%2Freport"
    assert "用微信登录" in await door.text()


async def test_a_case_page_names_the_next_step_and_the_one_thing_to_do(visitor, office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    resident = await visitor(resident="o-wang")

    page = await (await resident.get(f"/m/cases/{case_id}")).text()

    assert "下一步" in page
    assert "进入调解室" in page
    assert "0999-12345678" in page


async def test_another_resident_finds_no_case(visitor, office):
    case_id = await office.reported()
    stranger = await visitor(resident="o-zhao")

    answer = await stranger.get(f"/m/cases/{case_id}")

    assert answer.status == 404
    assert "没有找到" in await answer.text()


async def test_a_forwarded_invitation_shows_nothing(visitor, office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    link = await office.link(Purpose.ROOM, case_id, await other_side(office, case_id))
    stranger = await visitor(resident="o-zhao")

    page = await (await stranger.get(link)).text()

    assert "现在登录的人不是被邀请的人" in page
    assert "120****0002" in page
    for personal in ("刘大勇", "王秀兰", "漏水", "12000000002", case_id):
        assert personal not in page


async def test_the_invited_person_comes_in_by_the_number_on_file(visitor, office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    link = await office.link(Purpose.ROOM, case_id, await other_side(office, case_id))
    browser = await visitor()

    asked = await (await browser.post(f"{link}/code")).text()
    code = await office.code_sent("+8612000000002")
    wrong = await browser.post(f"{link}/session", data={"code": f"{(int(code) + 1) % 10**6:06d}"})
    room = await browser.post(f"{link}/session", data={"code": code})
    text = await room.text()

    assert "验证码已发到 120****0002" in asked
    assert wrong.status == 401
    assert "验证码不对" in await wrong.text()
    assert 'data-role="party"' in text
    assert 'data-name="刘大勇"' in text
    assert re.search(r'data-ticket="[a-z2-7]{26}\.[0-9a-f]{64}"', text)


async def test_a_code_works_only_once(visitor, office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    link = await office.link(Purpose.ROOM, case_id, await other_side(office, case_id))
    one, two = await visitor(), await visitor()
    await one.post(f"{link}/code")
    code = await office.code_sent("+8612000000002")

    first = await one.post(f"{link}/session", data={"code": code}, allow_redirects=False)
    second = await two.post(f"{link}/session", data={"code": code}, allow_redirects=False)

    assert first.status == 303
    assert second.status in (401, 410)


async def test_an_invitation_is_over_when_the_meeting_is(visitor, office):
    case_id = await office.accepted()
    meeting = await office.meeting(case_id)
    link = await office.link(Purpose.ROOM, case_id, await other_side(office, case_id))
    mediator = await visitor(staff="tiaojie")

    await mediator.post(f"/api/v1/meetings/{meeting}/cancel", json={"reason": "改天再约"})
    answer = await (await visitor()).get(link)
    page = await answer.text()
    by_program = await (await visitor()).get(f"/api/v1/invitations{link}")

    assert answer.status == 410
    assert "这次调解已经结束或者取消了" in page
    assert "请打开最新收到的那一条" in page
    assert "/m/cases" in page
    for personal in ("刘大勇", "王秀兰", "漏水", "120****0002", case_id):
        assert personal not in page
    assert (by_program.status, (await by_program.json())["code"]) == (410, "meeting-over")


async def test_an_invitation_that_never_was_tells_nothing(visitor, office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    link = await office.link(Purpose.ROOM, case_id, await other_side(office, case_id))
    made_up = link[:-4] + ("aaaa" if not link.endswith("aaaa") else "bbbb")

    for address in (made_up, link.replace("/room/", "/sign/")):
        answer = await (await visitor()).get(address)

        assert answer.status == 404
        assert "已经结束" not in await answer.text()


async def test_an_invited_person_who_comes_too_late_is_told_so_after_the_log_in_too(
    visitor, office
):
    case_id = await office.accepted()
    await office.meeting(case_id)
    reporter = await office.resident("o-wang")
    link = await office.link(Purpose.ROOM, case_id, reporter.id)
    resident = await visitor(resident="o-wang")
    office.clock.moves(days=2)

    page = await resident.get(link)
    meeting = await resident.get(f"/api/v1/invitations{link}/meeting")

    assert (page.status, meeting.status) == (410, 410)
    assert (await meeting.json())["code"] == "meeting-over"


async def test_large_print_is_a_choice_the_browser_keeps(visitor):
    browser = await visitor()

    await browser.get("/care?on=1&next=/m/")
    large = await (await browser.get("/m/")).text()
    await browser.get("/care?on=0&next=/m/")
    normal = await (await browser.get("/m/")).text()

    assert '<html lang="zh-CN" class="care">' in large
    assert '<html lang="zh-CN">' in normal


async def test_the_choice_of_large_print_leads_to_no_other_site(visitor):
    browser = await visitor()

    answer = await browser.get("/care?on=1&next=//evil.example", allow_redirects=False)

    assert answer.headers["Location"] == "/m/"


async def test_an_error_says_what_to_do_and_whom_to_call(visitor):
    browser = await visitor()

    page = await (await browser.get("/c/nothing")).text()

    assert "您可以这样做" in page
    assert "tel:0999-12345678" in page
    assert "Traceback" not in page
