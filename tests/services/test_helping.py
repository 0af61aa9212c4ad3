"""A grid worker is known by WeChat and reports for a resident; both sides see what they may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import errands
from domain.actors import Resident, Role, Staff
from domain.cases import Case
from domain.errors import NotFound
from domain.ids import CaseId, StaffId
from domain.notices import NoticeKind, Way
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING, scope_of
from services.case_views import CaseViews
from tests.bot.office import APPID, CENTRE, an_office, message
from tests.factories import CLERK, REGION, a_member

CHEN = Staff(id=StaffId("chen"), name="陈网格", role=Role.GRID_WORKER, region=REGION)
TOLD = (
    "代办",
    "王秀兰",
    "13800138000",
    "1",
    "楼上天天漏水没人管",
    "枫桥路8号",
    "跳过",
    "1",
    "跳过",
)


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, CHEN):
                await work.staff.add(a_member(acting))
        yield opened


async def says(office, *texts: str, openid: str = "o-chen") -> str:
    told = ""
    for text in texts:
        reply = await office.desk.receive(message(text, openid=openid, at=office.clock()))
        assert reply is not None
        told = reply.text
    return told


async def is_bound(office) -> None:
    assert await says(office, f"绑定{await office.bindings.code(CHEN)}") == errands.BOUND


async def the_case(office) -> Case:
    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    return case


async def test_the_case_is_the_residents_and_its_helper_is_recorded(office):
    await is_bound(office)

    filed = await says(office, *TOLD, "确认")

    case = await the_case(office)
    async with office.store.read() as work:
        resident = await work.people.get(case.reporter)
        (reported, *_) = await work.cases.history(case.id)
        notices = await work.notices.of_case(case.id)
    (told,) = [one for one in notices if one.kind is NoticeKind.REPORTED_FOR]
    assert (resident.name, resident.phone) == ("王秀兰", "+8613800138000")
    assert case.party_of(resident.id) is not None
    assert (case.helper, reported.by, reported.detail) == (
        CHEN.id,
        "staff:chen",
        {"agreed": "in-person"},
    )
    assert (told.to_person, told.way, told.facts["number"]) == (resident.id, Way.SMS, case.number)
    assert case.number in filed


async def test_desk_and_resident_read_who_reported_it_and_how_it_was_agreed(office):
    await is_bound(office)
    await says(office, *TOLD, "确认")
    case = await the_case(office)

    views = CaseViews(centre=CENTRE, now=office.clock())
    async with office.store.read() as work:
        at_desk = await views.whole(work, case, CLERK)
        at_home = await views.whole(work, case, Resident(id=case.reporter))
    assert at_desk.history[0].words == "陈网格代为上报，称本人当面同意"
    assert at_home.history[0].words == at_desk.history[0].words


async def test_the_helper_sees_what_they_filed_and_other_grid_workers_nothing(office):
    await is_bound(office)
    await says(office, *TOLD, "确认")
    case = await the_case(office)
    other = replace(CHEN, id=StaffId("other"))

    async with office.store.read() as work:
        seen = await work.cases.get(case.id, scope_of(CHEN))
        with pytest.raises(NotFound):
            await work.cases.get(case.id, scope_of(other))

    assert seen.id == case.id


async def test_a_resident_we_know_is_the_same_and_a_shared_number_is_not(office):
    await is_bound(office)
    await says(office, *TOLD, "确认")
    first = await the_case(office)

    await says(office, *TOLD, "确认")
    await says(office, "代办", "王大爷", *TOLD[2:], "确认")

    async with office.store.read() as work:
        cases, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
        names = sorted([(await work.people.get(case.reporter)).name for case in cases])
    assert names == ["王大爷", "王秀兰", "王秀兰"]
    assert len([case for case in cases if case.reporter == first.reporter]) == 2


async def test_danger_is_the_residents_and_the_confirmation_completes_the_same_case(office):
    await is_bound(office)

    await says(office, *TOLD[:4], "她儿子拿着刀说要杀了她", *TOLD[5:6])
    alarmed = await the_case(office)
    await says(office, *TOLD[6:], *("跳过",) * 2)
    await says(office, "确认")

    case = await the_case(office)
    async with office.store.read() as work:
        resident = await work.people.get(case.reporter)
    assert (alarmed.alarmed, alarmed.helper, alarmed.unfinished) == (True, CHEN.id, True)
    assert (case.id, resident.name) == (alarmed.id, "王秀兰")


async def test_a_code_is_good_once_and_for_ten_minutes(office):
    code = await office.bindings.code(CHEN)
    await says(office, f"绑定{code}")

    again = await says(office, f"绑定{code}", openid="o-thief")
    late = await office.bindings.code(CHEN)
    office.clock.moves(minutes=11)
    over = await says(office, f"绑定{late}", openid="o-thief")

    async with office.store.read() as work:
        bound = await work.people.by_openid(APPID, "o-chen")
        member = await work.staff.get(CHEN.id)
    assert (again, over) == (errands.BIND_REFUSED, errands.BIND_REFUSED)
    assert bound is not None
    assert member.person_id == bound.id


async def test_who_had_this_wechat_before_is_unbound_and_the_record_says_so(office):
    await is_bound(office)

    await says(office, f"绑定{await office.bindings.code(CLERK)}")

    async with office.store.read() as work:
        members = [await work.staff.get(one.id) for one in (CHEN, CLERK)]
        kinds = [event.kind for event in await work.cases.history(CaseId(""))]
    assert [bool(one.person_id) for one in members] == [False, True]
    assert "account.wechat-unbound" in kinds


async def test_guessing_codes_is_stopped(office):
    code = await office.bindings.code(CHEN)

    for wrong in range(6):
        await says(office, f"绑定{(int(code) + wrong + 1) % 10**8:08}", openid="o-thief")

    assert await says(office, f"绑定{code}", openid="o-thief") == errands.BIND_REFUSED


async def test_who_is_a_grid_worker_no_more_files_nothing(office):
    await is_bound(office)
    await says(office, *TOLD)
    async with office.store.begin() as work:
        member = await work.staff.get(CHEN.id)
        await work.staff.save(replace(member, active=False))

    told = await says(office, "确认")

    async with office.store.read() as work:
        cases, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert told == errands.NO_LONGER
    assert cases == []
