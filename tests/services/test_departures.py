"""A mediator who leaves hands their open cases back, each from where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.cases import CaseState
from domain.deadlines import DueKind
from domain.errors import NotFound
from domain.ids import StaffId
from domain.jobs import HandBackCases
from domain.meetings import MeetingState
from services.words import MEDIATOR_LEFT
from tests.factories import CLERK, LI, ZHAO, a_member
from tests.services.house import (
    ZHANG_PHONE,
    House,
    Quarrel,
    a_report_filed,
    accepted,
    in_effect,
    meeting_fixed,
)

QIAN = replace(LI, id=StaffId("qian"), name="钱调解")
LEFT = HandBackCases(LI.id)


@pytest.fixture
async def staffed(house: House) -> House:
    """There is another mediator."""
    async with house.store.begin() as work:
        await work.staff.add(a_member(QIAN))
    return house


async def li_leaves(house: House) -> None:
    async with house.store.begin() as work:
        member = await work.staff.get(LI.id)
        await work.staff.save(replace(member, active=False))
        await work.jobs.add(LEFT)
    await house.work_off()


async def dues(house: House, quarrel: Quarrel) -> set[DueKind]:
    async with house.store.read() as work:
        promises = await work.obligations.of_case(quarrel.case_id)
        subjects = [quarrel.case_id, *(one.id for one in promises)]
        return {one.kind for one in await work.dues.of_subjects(subjects)}


async def test_what_was_not_begun_waits_for_another_dispatch(staffed: House) -> None:
    quarrel = await accepted(await a_report_filed(staffed))

    await li_leaves(staffed)

    case = await staffed.case(quarrel.case_id)
    assert (case.state, case.mediator, case.reason) == (CaseState.REGISTERED, None, MEDIATOR_LEFT)
    assert (await staffed.kinds(quarrel.case_id))[-1] == "case.handed-back"
    with pytest.raises(NotFound):
        await staffed.cases.view(LI, quarrel.case_id)
    version = await quarrel.version()
    await staffed.cases.dispatch(CLERK, quarrel.case_id, version=version, mediator=QIAN.id)
    assert (await staffed.case(quarrel.case_id)).state is CaseState.DISPATCHED


async def test_talks_go_on_with_another_and_the_fixed_meeting_is_called_off(
    staffed: House,
) -> None:
    quarrel = await accepted(await a_report_filed(staffed))
    meeting_id = await meeting_fixed(quarrel)

    await li_leaves(staffed)

    async with staffed.store.read() as work:
        meeting = await work.meetings.get(meeting_id)
    assert meeting.state is MeetingState.CANCELLED
    assert staffed.sms.to(f"+86{ZHANG_PHONE}")[-1].startswith("meeting-cancelled")
    view = await staffed.cases.view(CLERK, quarrel.case_id)
    assert view.line.next_step.words == "综治中心会另派调解员接着办"
    assert "dispatch" in view.may
    await staffed.cases.dispatch(CLERK, quarrel.case_id, version=view.version, mediator=QIAN.id)
    again = await staffed.meetings.fix(
        QIAN,
        quarrel.case_id,
        version=await quarrel.version(),
        starts_at=staffed.clock() + timedelta(days=1),
    )
    assert again != meeting_id
    assert (await staffed.case(quarrel.case_id)).state is CaseState.MEDIATING


async def test_a_meeting_that_goes_on_ends(staffed: House) -> None:
    quarrel = await accepted(await a_report_filed(staffed))
    meeting_id = await meeting_fixed(quarrel)
    await staffed.meetings.enter(await staffed.meetings.ticket(LI, meeting_id))

    await li_leaves(staffed)

    async with staffed.store.read() as work:
        assert (await work.meetings.get(meeting_id)).state is MeetingState.ENDED


async def test_promises_keep_their_deadlines_while_another_is_found(staffed: House) -> None:
    quarrel, _ = await in_effect(staffed)
    before = await dues(staffed, quarrel)

    await li_leaves(staffed)

    assert await dues(staffed, quarrel) == before >= {DueKind.OBLIGATION, DueKind.FOLLOW_UP}
    (left,) = await staffed.cases.without_mediator(CLERK)
    assert (left.id, left.state) == (quarrel.case_id, CaseState.PERFORMING)
    version = await quarrel.version()
    await staffed.cases.dispatch(ZHAO, quarrel.case_id, version=version, mediator=QIAN.id)
    assert await staffed.cases.without_mediator(CLERK) == ()
    (promise,) = (await staffed.cases.view(QIAN, quarrel.case_id)).obligations
    await staffed.followups.confirm(QIAN, promise.id)
    assert (await staffed.case(quarrel.case_id)).state is CaseState.PERFORMED


async def test_the_parties_hear_of_no_reason_and_of_another_mediator(staffed: House) -> None:
    quarrel = await accepted(await a_report_filed(staffed))
    await li_leaves(staffed)

    view = await staffed.cases.view(quarrel.wang, quarrel.case_id)

    assert "调解员离岗，交回中心" not in [event.words for event in view.history]
    assert (view.reason, view.line.without_mediator) == ("", False)


async def test_who_is_a_mediator_again_keeps_their_cases(staffed: House) -> None:
    quarrel = await accepted(await a_report_filed(staffed))

    await staffed.departures.hand_back(LEFT)

    assert (await staffed.case(quarrel.case_id)).mediator == LI.id


async def test_handing_back_twice_changes_nothing_more(staffed: House) -> None:
    quarrel = await accepted(await a_report_filed(staffed))
    await li_leaves(staffed)
    version = await quarrel.version()
    await staffed.cases.dispatch(CLERK, quarrel.case_id, version=version, mediator=QIAN.id)

    await staffed.departures.hand_back(LEFT)

    case = await staffed.case(quarrel.case_id)
    assert (case.mediator, case.state) == (QIAN.id, CaseState.DISPATCHED)
