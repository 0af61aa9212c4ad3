"""Whoever of the centre is shown a whole number leaves a line of history each time."""

from __future__ import annotations

from domain.actors import Role, Staff
from domain.cases import Spot
from domain.helping import Helped, HowAgreed
from domain.ids import StaffId
from domain.matters import Grade, MatterReport
from tests.bot.office import an_office
from tests.factories import CLERK, LI, ZHAO, a_member
from tests.services.house import House, a_report_filed, accepted
from tests.stores import sqlite_url

AUDITOR = Staff(id=StaffId("audit"), name="审", role=Role.AUDITOR, region="999999")
SHOWN = "查看当事人的完整号码"


async def looks_at_numbers(house: House, case_id) -> list[tuple[str, str]]:
    """Who was shown whole numbers, and whose."""
    async with house.store.read() as work:
        history = await work.cases.history(case_id)
    return [(one.by, one.detail["persons"]) for one in history if one.kind == "case.number-shown"]


async def test_every_look_of_the_mediator_leaves_a_line(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    before = await looks_at_numbers(house, quarrel.case_id)

    first = await house.cases.view(LI, quarrel.case_id)
    await house.cases.view(LI, quarrel.case_id)

    persons = ",".join(one.person_id for one in first.parties)
    seen = await looks_at_numbers(house, quarrel.case_id)
    assert first.parties[0].phone.startswith("+86")
    assert seen[len(before) :] == [(LI.ref, persons)] * 2


async def test_who_sees_masked_numbers_or_their_own_leaves_none(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    before = await looks_at_numbers(house, quarrel.case_id)

    masked = await house.cases.view(ZHAO, quarrel.case_id)
    await house.cases.view(quarrel.wang, quarrel.case_id)

    assert "*" in masked.parties[0].phone
    assert await looks_at_numbers(house, quarrel.case_id) == before


async def test_the_auditor_reads_who_looked_and_nobody_else_does(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await house.cases.view(LI, quarrel.case_id)

    audited = await house.cases.view(AUDITOR, quarrel.case_id)
    others = [await house.cases.view(actor, quarrel.case_id) for actor in (LI, ZHAO, quarrel.wang)]

    assert (SHOWN, LI.name) in [(one.words, one.by) for one in audited.history]
    assert SHOWN not in [line.words for view in others for line in view.history]


async def test_the_number_of_a_matter_to_be_called_leaves_a_line(tmp_path) -> None:
    async with an_office(sqlite_url(tmp_path)) as office:
        async with office.store.begin() as work:
            await work.staff.add(a_member(CLERK))
        told = MatterReport(told="门口的路灯坏了半个月", spot=Spot(words="枫溪路18号"))
        helped = Helped(name="王秀兰", phone="12000000001", agreed=HowAgreed.BY_PHONE)
        matter = await office.matters.take_down(CLERK, told, helped)
        for version in (0, 2):
            await office.matters.answer(CLERK, matter.id, version=version, words="明天来修")
            async with office.store.begin() as work:
                await office.matters.rate(
                    work, matter.id, person=matter.reporter, grade=Grade.UNSATISFIED
                )

        seen = await office.matters.view(CLERK, matter.id)
        again = await office.matters.view(CLERK, matter.id)

        lines = [(one.words, one.by) for one in again.history]
        assert seen.phone == "+8612000000001"
        assert lines.count(("查看居民的完整号码", CLERK.name)) == 1
