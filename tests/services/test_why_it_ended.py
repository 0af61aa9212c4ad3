"""Why a case was refused or ended is told in words, to the parties and to the centre."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from domain.actors import Resident
from domain.cases import EndReason, RefuseGround
from domain.ids import CaseId
from services.words import END_REASONS, REFUSE_GROUNDS
from tests.factories import CLERK, LI, a_report
from tests.services.house import House, a_house


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    """The usual house."""
    async with a_house(url) as opened:
        yield opened


async def reported(house: House) -> tuple[Resident, CaseId]:
    wang = await house.follower("o-wang")
    filed = await house.reports.file_own(wang, a_report("楼上漏水，说了两次不管"))
    return wang, filed.case_id


@pytest.mark.parametrize("ground", list(RefuseGround))
async def test_a_refusal_is_told_in_words(house: House, ground: RefuseGround):
    wang, case_id = await reported(house)

    await house.cases.refuse(CLERK, case_id, version=0, ground=ground)

    for reader in (wang, CLERK):
        assert (await house.cases.view(reader, case_id)).reason == REFUSE_GROUNDS[ground]


@pytest.mark.parametrize("reason", list(EndReason))
async def test_an_end_is_told_in_words(house: House, reason: EndReason):
    wang, case_id = await reported(house)
    await house.cases.register(CLERK, case_id, version=0, type_code="02", cell="")

    await house.cases.dispatch(CLERK, case_id, version=1, mediator=LI.id)
    await house.cases.accept(LI, case_id, version=2)

    await house.cases.end(LI, case_id, version=3, reason=reason)

    for reader in (wang, CLERK):
        assert (await house.cases.view(reader, case_id)).reason == END_REASONS[reason]
