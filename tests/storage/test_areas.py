from __future__ import annotations

import pytest

from domain.areas import Area
from domain.errors import NotFound
from storage.store import SqlStore

PROVINCE = Area(code="990000000000", name="云州省")
CITY = Area(code="999900000000", name="临江市", parent=PROVINCE.code)
COUNTY = Area(code="999901000000", name="清溪县", parent=CITY.code)


async def test_an_area_is_found_by_its_code_and_by_what_it_lies_in(store: SqlStore):
    async with store.begin() as work:
        assert await work.areas.add_all([PROVINCE, CITY, COUNTY]) == 3

    async with store.read() as work:
        assert await work.areas.get(CITY.code) == CITY
        assert await work.areas.children("") == [PROVINCE]
        assert await work.areas.children(CITY.code) == [COUNTY]
        with pytest.raises(NotFound):
            await work.areas.get("880000000000")


async def test_adding_again_changes_only_what_differs(store: SqlStore):
    async with store.begin() as work:
        await work.areas.add_all([PROVINCE, CITY, COUNTY])
    renamed = Area(code=COUNTY.code, name="清溪区", parent=CITY.code)

    async with store.begin() as work:
        assert await work.areas.add_all([PROVINCE, CITY, renamed]) == 1
        assert await work.areas.add_all([]) == 0

    async with store.read() as work:
        assert await work.areas.get(COUNTY.code) == renamed
