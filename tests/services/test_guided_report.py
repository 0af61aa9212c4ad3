"""A report that was asked for by its matter becomes a case that says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.conversations import MessageKind
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.bot.office import an_office, message
from tests.factories import a_cell


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            await work.cells.add(a_cell())
        yield opened


async def test_a_point_is_said_back_with_its_cell_and_the_chosen_kind_is_proposed(office):
    longitude, latitude = 120.005, 30.005
    for text in ("借了钱写了借条不还，隔壁还天天吵得睡不着", "1", "欠钱、合同"):
        await office.desk.receive(message(text))
    point = replace(
        message(""),
        kind=MessageKind.LOCATION,
        latitude=latitude,
        longitude=longitude,
        label="枫桥小学",
    )

    noted = await office.desk.receive(point)
    for text in ("有借条", "五千元", "跳过", "1", "跳过", "确认"):
        await office.desk.receive(message(text))

    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert noted is not None
    assert a_cell().name in noted.text
    assert (case.proposal.type_code.value, case.proposal.type_code.sure) == ("04", True)
    assert case.proposal.cell.value == a_cell().id
    assert case.story.startswith(
        "借了钱写了借条不还，隔壁还天天吵得睡不着\n借条或合同：有借条\n金额：五千元"
    )
