"""An alarm rings where the case is; deadlines are told to whoever answers for the place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import Role, Staff
from domain.cases import Spot
from domain.conversations import RaiseAlarm, TellPlace
from domain.deadlines import TERMS, DueKind
from domain.ids import CaseId, CellId, StaffId
from domain.notices import Delivery
from domain.places import Cell
from domain.taxonomy import TypeCode
from services.words import OVERDUE
from tests.factories import CLERK, ZHAO, a_member, a_report
from tests.services.house import House, a_house

NEAR, FAR = "999999001201", "888888001001"
IN_DANGER = "他拿刀要杀了我全家"
ALARM = RaiseAlarm(words="拿刀", text="他拿刀")


def somebody(key: str, role: Role, region: str) -> Staff:
    return Staff(id=StaffId(key), name=key, role=role, region=region)


NEAR_CLERK = somebody("near-clerk", Role.DISPATCHER, "999999001201")
NEAR_HEAD = somebody("near-head", Role.SUPERVISOR, "999999001")
FAR_CLERK = somebody("a-far-clerk", Role.DISPATCHER, "888888")


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    """The usual house (its people answer for 999999), with two places that have their own cell."""
    async with a_house(url) as opened:
        async with opened.store.begin() as work:
            for key, word, region in (("near", "近处路", NEAR), ("far", "远处路", FAR)):
                cell = Cell(
                    id=CellId(key),
                    name=word,
                    region=region,
                    words=(word,),
                    outline=((0, 0), (1, 0), (1, 1)),  # the words alone find it
                    mediators=(),
                )
                await work.cells.add(cell)
        yield opened


async def take_on(house: House, *staff: Staff) -> None:
    async with house.store.begin() as work:
        for one in staff:
            await work.staff.add(a_member(one))


async def reported_from(house: House, place: str, story: str = IN_DANGER) -> CaseId:
    wang = await house.follower("o-wang")
    filed = await house.reports.file_own(wang, a_report(story, spot=Spot(words=f"{place}8号")))
    await house.work_off()
    return filed.case_id


async def called(house: House, case_id: CaseId, kind: str = "alarm") -> list[str]:
    """Who was told of a case in this way, in the order it happened."""
    async with house.store.read() as work:
        told = [one for one in await work.notices.of_case(case_id) if one.kind == kind]
    return [str(one.to_staff) for one in reversed(told)]


async def test_the_nearest_on_duty_are_called_before_those_of_the_whole_district(house: House):
    await take_on(house, NEAR_CLERK, NEAR_HEAD, FAR_CLERK)

    case_id = await reported_from(house, "近处路")
    for _ in range(3):
        await house.sweep(after=timedelta(seconds=60))

    assert await called(house, case_id) == [NEAR_CLERK.id, CLERK.id, NEAR_HEAD.id, ZHAO.id]


async def test_an_alarm_that_nobody_takes_rings_on_for_hours_but_more_slowly(house: House):
    case_id = await reported_from(house, "近处路")

    for _ in range(22):
        await house.sweep(after=timedelta(seconds=60))
    quickly = len(await called(house, case_id))
    for _ in range(12):
        await house.sweep(after=timedelta(minutes=10))

    assert quickly == 21
    assert len(await called(house, case_id)) in {32, 33}


async def calls_of(house: House, *cases: CaseId) -> list[tuple[str, str]]:
    """Whom a call went to, and what it says, in the order it happened."""
    async with house.store.read() as work:
        told = [one for case_id in cases for one in await work.notices.of_case(case_id)]
    rang = sorted((one for one in told if one.kind == "alarm"), key=lambda one: one.made_at)
    return [(str(one.to_staff), one.facts["turn"]) for one in rang]


async def test_alarms_that_ring_together_are_one_call_a_turn(house: House):
    cases = [await reported_from(house, "近处路", f"{IN_DANGER}，{at}") for at in "东西南"]
    first = len(await calls_of(house, *cases))

    for _ in range(4):
        await house.sweep(after=timedelta(seconds=60))
        await house.work_off()

    calls = await calls_of(house, *cases)
    assert (first, len(calls)) == (3, 7)
    assert {turn.partition("，")[2] for _, turn in calls[3:]} == {"共3件没人接"}
    assert {who for who, _ in calls[3:]} == {CLERK.id, ZHAO.id}


async def test_a_call_for_several_alarms_leads_to_the_list_and_one_alone_to_its_case(house: House):
    cases = [await reported_from(house, "近处路", f"{IN_DANGER}，{at}") for at in "东西"]
    await house.sweep(after=timedelta(seconds=60))
    await house.work_off()
    await house.cases.acknowledge(CLERK, cases[0])

    for _ in range(2):
        await house.sweep(after=timedelta(seconds=60))
        await house.work_off()

    async with house.store.read() as work:
        told = [one for case_id in cases for one in await work.notices.of_case(case_id)]
    rang = sorted((one for one in told if one.kind == "alarm"), key=lambda one: one.made_at)
    leads = [one.facts["url"].rpartition("/desk")[2] for one in rang]
    assert leads == ["/cases/" + cases[0], "/cases/" + cases[1], "", *["/cases/" + cases[1]] * 2]


async def test_an_alarm_of_which_nobody_was_reached_yet_is_called_of_itself(house: House):
    wang, li = await house.follower("o-wang"), await house.follower("o-li")
    cases = [
        (
            await house.reports.file_own(one, a_report(IN_DANGER, spot=Spot(words="近处路8号")))
        ).case_id
        for one in (wang, li)
    ]

    await house.sweep(after=timedelta(seconds=60))

    assert [len(await called(house, one)) for one in cases] == [2, 2]


async def test_an_alarm_whose_call_failed_stands_for_no_other(house: House):
    first = await reported_from(house, "近处路", f"{IN_DANGER}，东")
    house.clock.forward(timedelta(seconds=30))
    li = await house.follower("o-li")
    second = await house.reports.file_own(li, a_report(IN_DANGER, spot=Spot(words="近处路8号")))
    async with house.store.begin() as work:
        for notice in await work.notices.of_case(second.case_id):
            await work.notices.save(replace(notice, state=Delivery.FAILED))

    await house.sweep(after=timedelta(seconds=30))

    assert len(await called(house, first)) == 2


async def test_another_region_s_people_are_never_called(house: House):
    await take_on(house, NEAR_CLERK, FAR_CLERK)

    case_id = await reported_from(house, "远处路")
    for _ in range(2):
        await house.sweep(after=timedelta(seconds=60))

    assert set(await called(house, case_id)) == {FAR_CLERK.id}


async def test_the_centre_sets_how_soon_the_next_on_duty_is_called(house: House):
    sooner = replace(house.deadlines.centre, next_alarm_after=timedelta(seconds=20))
    hasty = replace(house.reports, intake=replace(house.reports.intake, centre=sooner))
    house.deadlines = replace(house.deadlines, centre=sooner)
    await take_on(house, NEAR_CLERK, NEAR_HEAD)
    story = a_report(IN_DANGER, spot=Spot(words="近处路8号"))

    filed = await hasty.file_own(await house.follower("o-wang"), story)
    await house.sweep(after=timedelta(seconds=19))
    early = await called(house, filed.case_id)
    await house.sweep(after=timedelta(seconds=1))
    second = await called(house, filed.case_id)
    await house.sweep(after=timedelta(seconds=20))

    assert early == ["near-clerk"]
    assert second == ["near-clerk", "clerk"]
    assert len(await called(house, filed.case_id)) == 3


async def test_where_nobody_answers_for_the_place_the_centre_is_called(house: House):
    case_id = await reported_from(house, "远处路")
    await house.sweep(after=timedelta(seconds=60))

    assert (await house.case(case_id)).region == FAR
    assert await called(house, case_id) == [CLERK.id, ZHAO.id]


async def test_a_report_nobody_took_on_is_told_to_the_supervisors_of_its_place(house: House):
    await take_on(house, NEAR_HEAD, somebody("far-head", Role.SUPERVISOR, "888888"))

    case_id = await reported_from(house, "近处路", story="老板拖欠工资")
    await house.sweep(after=timedelta(hours=24))

    assert await called(house, case_id, "case-reported") == [NEAR_HEAD.id, ZHAO.id]


async def test_where_no_supervisor_answers_for_the_place_the_centre_s_are_told(house: House):
    case_id = await reported_from(house, "远处路", story="老板拖欠工资")
    await house.sweep(after=timedelta(hours=24))

    assert await called(house, case_id, "case-reported") == [ZHAO.id]


async def test_the_alarm_follows_the_case_to_the_place_told_later(house: House):
    await take_on(house, FAR_CLERK)
    wang = await house.follower("o-wang")
    async with house.store.begin() as work:
        begun = await house.alarms.raise_alarm(work, ALARM, person=wang.id)

    await house.reports.file_own(wang, a_report(IN_DANGER, spot=Spot(words="远处路8号")))

    assert await called(house, begun.case_id) == [CLERK.id, FAR_CLERK.id]


HERE = Spot(words="近处路8号", latitude=30.1251, longitude=120.5702)


@pytest.mark.parametrize(
    ("told", "spot"),
    [
        (TellPlace(spot=Spot(words="402"), within=True), replace(HERE, words="402")),
        (TellPlace(spot=Spot(words="402")), Spot(words="402")),
    ],
)
async def test_a_room_leaves_the_alarm_where_the_street_is(
    house: House, told: TellPlace, spot: Spot
):
    await take_on(house, NEAR_CLERK)
    wang = await house.follower("o-wang")
    async with house.store.begin() as work:
        begun = await house.alarms.raise_alarm(work, ALARM, person=wang.id)
        await house.alarms.tell_place(work, TellPlace(spot=HERE), person=wang.id)

    async with house.store.begin() as work:
        await house.alarms.tell_place(work, told, person=wang.id)

    case = await house.case(begun.case_id)
    assert (case.region, case.spot, case.proposal.cell.value) == (NEAR, spot, "near")


async def test_a_deadline_that_passed_is_shown_as_passed_until_the_deed_is_done(house: House):
    case_id = await reported_from(house, "近处路", "楼上漏水，说了两次不管")
    term = TERMS[DueKind.REGISTER].span
    before = (await house.cases.view(CLERK, case_id)).line.next_step

    await house.sweep(after=term + timedelta(hours=1))

    after = (await house.cases.view(CLERK, case_id)).line.next_step
    assert (before.overdue, after.overdue) == (False, True)
    assert (after.due, after.by) == (before.due, OVERDUE)
    await house.cases.register(
        CLERK,
        case_id,
        version=(await house.cases.view(CLERK, case_id)).version,
        type_code=TypeCode("02"),
        cell="",
    )
    assert not (await house.cases.view(CLERK, case_id)).line.next_step.overdue
