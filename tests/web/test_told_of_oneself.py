"""Who told name and number while telling what happened is not asked, nor typed, a second time."""

from __future__ import annotations

import pytest

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
    assert "姓名、电话是照本人说的登记的，还没有核实。" in after
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
