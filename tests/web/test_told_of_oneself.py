"""Who told name and number while telling what happened is not asked, nor typed, a second time."""

from __future__ import annotations

import pytest

from domain.conversations import RaiseAlarm

STORY = "楼上漏水，说了两次不管\n涉及的人：王秀兰12000000031，对方是楼上的李明"
WORDS = "本人反映时说的，还没有核实：“王秀兰12000000031”"


@pytest.fixture
async def case(office):
    case_id = await office.reported("o-told", story=STORY)
    return f"/desk/cases/{case_id}", f"/api/v1/cases/{case_id}"


async def party_of(browser, api):
    return (await (await browser.get(api)).json())["parties"][0]


async def test_the_desk_takes_by_one_tap_what_was_told_and_sees_that_it_is_unchecked(
    visitor, office, case
):
    page, api = case
    clerk = await visitor(staff="fenpai")
    before = await (await clerk.get(page)).text()
    shown = await (await clerk.get(api)).json()
    person = shown["parties"][0]["person_id"]

    taken = await clerk.post(f"{api}/parties/{person}/as-told", json={"version": shown["version"]})
    after = await (await clerk.get(page)).text()

    assert WORDS in before
    assert "照这样登记：王秀兰 12000000031" in before
    assert 'name="name" required maxlength="50" value="王秀兰"' in before
    assert taken.status == 204
    assert WORDS not in after
    assert "<b>王秀兰</b>" in after
    assert "姓名、电话是照反映里说的登记的，还没有核实。" in after
    assert "照本人说的登记姓名、电话，还没有核实" in after
    async with office.store.read() as work:
        assert (await work.people.get(person)).phone == "+8612000000031"


async def test_a_mistake_is_mended_by_the_desk_and_then_counts_as_checked(visitor, case):
    page, api = case
    clerk = await visitor(staff="fenpai")
    shown = await (await clerk.get(api)).json()
    person = f"{api}/parties/{shown['parties'][0]['person_id']}"
    await clerk.post(f"{person}/as-told", json={"version": shown["version"]})

    await clerk.put(person, json={"name": "王秀岚"})
    after = await party_of(clerk, api)

    assert (after["name"], after["as_told"]) == ("王秀岚", False)
    assert after["phone"] == "120****0031", "no number was given, so the one held stays"
    assert "还没有核实" not in (await (await clerk.get(page)).text()).split("办理记录")[0]


async def test_what_was_told_is_put_down_once_and_by_nobody_without_the_right(visitor, case):
    _, api = case
    clerk, auditor = await visitor(staff="fenpai"), await visitor(staff="shenji")
    shown = await (await clerk.get(api)).json()
    tap = f"{api}/parties/{shown['parties'][0]['person_id']}/as-told"

    refused = await auditor.post(tap, json={"version": shown["version"]})
    first = await clerk.post(tap, json={"version": shown["version"]})
    second = await clerk.post(tap, json={"version": shown["version"]})

    assert (refused.status, first.status) == (404, 204)
    assert second.status in (404, 409)


async def test_nobody_else_is_proposed_and_the_reporter_sees_no_proposal(visitor, office, case):
    _, api = case
    others = await office.reported("o-other", story="楼上漏水\n涉及的人：王大哥 12000000032")
    clerk, wang = await visitor(staff="fenpai"), await visitor(resident="o-told")

    theirs = await party_of(clerk, f"/api/v1/cases/{others}")
    own = await party_of(wang, api)

    assert theirs["told"] is None
    assert own["told"] is None


async def test_the_privacy_page_says_that_they_stand_in_the_case(visitor, case):
    wang = await visitor(resident="o-told")

    lines = (await (await wang.get("/api/v1/my/data")).json())["lines"]
    there = {one["category"]: one["there"] for one in lines}

    assert case
    assert there["identity"] == "没有登记（您反映时说的姓名、电话写在案件里）"
    assert there["cases"] == "1件；您反映时自己说的姓名、电话写在1件里"


async def test_the_other_side_whom_the_report_names_is_proposed_and_stays_unchecked(
    visitor, office
):
    story = "我叫王秀兰，我的电话是12000000031，楼上漏水\n涉及的人：刘大勇，电话12000000032"
    case_id = await office.reported("o-told", story=story)
    page, api = f"/desk/cases/{case_id}", f"/api/v1/cases/{case_id}"
    clerk, auditor = await visitor(staff="fenpai"), await visitor(staff="shenji")
    wang = await visitor(resident="o-told")
    before = await (await clerk.get(page)).text()
    version = (await (await clerk.get(api)).json())["version"]
    meant = {"version": version, "name": "刘大勇"}

    refused = await auditor.post(f"{api}/parties/as-told", json=meant)
    unnamed = await clerk.post(f"{api}/parties/as-told", json={**meant, "name": "刘小勇"})
    added = await clerk.post(f"{api}/parties/as-told", json=meant)
    after = await (await clerk.get(api)).json()
    now = await (await clerk.get(page)).text()

    assert "补充为对方：刘大勇 12000000032" in before
    assert (refused.status, unnamed.status, added.status) == (404, 404, 201)
    other = after["parties"][1]
    assert (other["name"], other["side"], other["as_told"]) == ("刘大勇", "被申请人", True)
    async with office.store.read() as work:
        assert (await work.people.get(other["person_id"])).phone == "+8612000000032"
    assert "补充为对方" not in now
    assert "照反映里说的补充当事人，还没有核实" in now
    assert (await (await wang.get(api)).json())["others_told"] == []


async def test_lists_show_the_thing_and_neither_the_teller_nor_their_number(visitor, office):
    await office.reported(
        "o-told", story="我叫王秀兰，电话12000000031，楼上漏水，打12000000032不接"
    )
    clerk, wang = await visitor(staff="fenpai"), await visitor(resident="o-told")

    for page in (await clerk.get("/desk"), await wang.get("/m/cases")):
        shown = await page.text()
        assert "楼上漏水，打120****0032不接" in shown
        assert "王秀兰" not in shown


async def test_a_told_number_stands_where_somebody_in_danger_is_to_be_called(visitor, office):
    story = "我叫王秀兰，我的电话是12000000031，我不想活了"
    case_id = await office.reported("o-told", story=story)
    clerk = await visitor(staff="fenpai")

    await clerk.post(f"/api/v1/cases/{case_id}/acknowledge", json={})
    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()

    card = page.partition('id="in-danger"')[2].partition("</section>")[0]
    assert '<a class="number-whole" href="tel:12000000031">12000000031</a>' in card
    assert "本人反映时说的，还没有核实" in card
    assert "<b>王秀兰</b>" in card
    assert "没有电话" not in page


async def test_who_mediates_reads_the_number_of_danger_whole_as_everywhere_else(visitor, office):
    case_id = await office.accepted()
    person = (await office.resident("o-wang")).id
    async with office.store.begin() as work:
        cry = RaiseAlarm(words="刀", text="他拿刀追着我打，快来人", at=office.clock())
        await office.desks.alarms.raise_alarm(work, cry, person=person)
    await office.desks.cases.acknowledge(await office.staff("fenpai"), case_id)
    mediator, chief = await visitor(staff="tiaojie"), await visitor(staff="duban")

    theirs = await (await mediator.get(f"/desk/cases/{case_id}")).text()
    others = await (await chief.get(f"/desk/cases/{case_id}")).text()

    card = theirs.partition('id="in-danger"')[2].partition("</section>")[0]
    async with office.store.read() as work:
        number = (await work.people.get(person)).phone
    assert f'href="tel:{number}"' in card
    assert "****" not in card
    assert "****" in others.partition('id="in-danger"')[2].partition("</section>")[0]
