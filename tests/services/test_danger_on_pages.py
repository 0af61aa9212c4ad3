"""Words of mortal danger ring on every page where a resident writes, as they do in the chat."""

from __future__ import annotations

import pytest

from domain.cases import Report, Spot
from domain.danger import alarms
from domain.errors import AlreadyRated
from domain.guarding import Scope
from domain.matters import MatterReport
from domain.notices import NoticeKind
from tests.bot.office import an_office
from tests.factories import CLERK, a_member
from tests.services.house import (
    ZHANG_PHONE,
    House,
    a_report_filed,
    accepted,
    frozen,
    in_effect,
    meeting_fixed,
    other_side,
)
from tests.services.test_one_report import a_resident

DESPAIR = "钱要不回来，我不想活了"
PLACE = Spot(words="枫溪路18号")


async def test_despair_in_the_reason_for_not_signing_rings(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)

    await house.signing.decline(other_side(quarrel), paper, reason=DESPAIR)

    case = await house.case(quarrel.case_id)
    assert case.alarmed
    assert alarms(case.danger[-1])


async def test_despair_beside_a_rating_rings_also_when_the_rating_does_not_count(
    house: House,
) -> None:
    quarrel, _ = await in_effect(house)
    (promise,) = (await house.cases.view(quarrel.wang, quarrel.case_id)).obligations
    await house.followups.confirm(quarrel.wang, promise.id)
    await house.work_off()
    code, zhang = house.last_link(ZHANG_PHONE, "rate"), other_side(quarrel)
    await house.followups.rate(zhang, code, stars=1, words="太慢")
    calm = await house.case(quarrel.case_id)

    with pytest.raises(AlreadyRated):
        await house.followups.rate(zhang, code, stars=1, words=DESPAIR)

    assert not calm.alarmed
    assert (await house.case(quarrel.case_id)).alarmed


async def reports(office, resident):
    await office.matters.reports.file_own(resident, Report(story=DESPAIR, spot=PLACE))


async def reports_a_matter(office, resident):
    await office.matters.file_own(resident, MatterReport(told=DESPAIR, spot=PLACE))


async def adds_to_a_matter(office, resident):
    lamp = MatterReport(told="门口的路灯坏了半个月", spot=PLACE)
    matter = await office.matters.file_own(resident, lamp)
    await office.matters.say_more_own(resident, matter.id, DESPAIR)


async def names_the_place(office, resident):
    place = Spot(words="枫溪路18号楼顶，我要从这里跳下去，不想活了")
    await office.matters.reports.file_own(resident, Report(story="钱要不回来", spot=place))


@pytest.mark.parametrize("does", [reports, names_the_place, reports_a_matter, adds_to_a_matter])
async def test_the_guardian_hears_of_it_as_from_the_chat(url, does):
    async with an_office(url) as office:
        async with office.store.begin() as work:
            await work.staff.add(a_member(CLERK))
        mother, daughter = await a_resident(office), await a_resident(office, "o-daughter")
        async with office.store.begin() as work:
            given = await office.matters.reports.guards.invite(work, mother.id, (Scope.DANGER,))
            await office.matters.reports.guards.agree(work, daughter.id, given["guard_code"])

        await does(office, mother)

        async with office.store.read() as work:
            told = await work.notices.of_person(daughter.id)
        assert [one.kind for one in told] == [NoticeKind.GUARD_DANGER]
