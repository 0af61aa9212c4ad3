from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.errors import NotFound, Stale
from domain.history import Event
from domain.ids import CaseId, CellId, PersonId, StaffId
from domain.people import WeChatIdentity
from domain.places import Cell
from storage.store import SqlStore
from tests.storage.samples import LI, NOW, ZHOU, a_member, a_person


async def test_a_person_is_found_by_the_exact_number_only(store: SqlStore):
    async with store.begin() as work:
        await work.people.add(a_person())

    async with store.read() as work:
        assert await work.people.by_phone("+8613800138000") == a_person()
        assert await work.people.by_phone("+861380013800") is None
        with pytest.raises(NotFound):
            await work.people.get(PersonId("nobody"))


async def test_of_two_who_share_a_land_line_always_the_same_is_found(store: SqlStore):
    async with store.begin() as work:
        await work.people.add(a_person("b"))
        await work.people.add(a_person("a"))

    async with store.read() as work:
        found = await work.people.by_phone("+8613800138000")

    assert found is not None
    assert found.id == "a"


async def test_a_new_number_replaces_the_old_one_in_the_index(store: SqlStore):
    async with store.begin() as work:
        await work.people.add(a_person())
        await work.people.save(a_person(phone="+8613900139000"))

    async with store.read() as work:
        assert await work.people.by_phone("+8613800138000") is None
        assert (await work.people.get(LI)).version == 1


async def test_people_without_a_number_are_nobodys_answer(store: SqlStore):
    async with store.begin() as work:
        await work.people.add(a_person(phone=""))

    async with store.read() as work:
        assert await work.people.by_phone("") is None


async def test_the_second_of_two_who_change_a_person_is_refused(
    store: SqlStore, second_store: SqlStore
):
    async with store.begin() as work:
        await work.people.add(a_person())
    async with store.begin() as work:
        await work.people.save(a_person(name="李一"))

    with pytest.raises(Stale):
        async with second_store.begin() as work:
            await work.people.save(a_person(name="李二"))

    async with store.read() as work:
        assert (await work.people.get(LI)).name == "李一"


async def test_a_person_is_found_by_any_of_their_wechat_accounts(store: SqlStore):
    account = WeChatIdentity(appid="wx1", openid="o1", person_id=LI, unionid="u1")
    program = WeChatIdentity(appid="wx2", openid="o2", person_id=LI, unionid="u1")
    async with store.begin() as work:
        await work.people.add(a_person())
        await work.people.link(account)
        await work.people.link(program)
        await work.people.link(replace(account, following=False))

    async with store.read() as work:
        assert await work.people.by_openid("wx1", "o1") == a_person()
        assert await work.people.by_openid("wx2", "o1") is None
        assert await work.people.with_unionid("u1") == [a_person()]
        assert await work.people.with_unionid("") == ()
        assert await work.people.identities(LI) == [replace(account, following=False), program]


async def test_somebody_elses_wechat_account_is_taken_by_nobody(store: SqlStore):
    account = WeChatIdentity(appid="wx1", openid="o1", person_id=LI)
    other = PersonId("other")
    async with store.begin() as work:
        await work.people.add(a_person())
        await work.people.add(replace(a_person(), id=other))
        await work.people.link(account)

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.people.link(replace(account, person_id=other))

    async with store.read() as work:
        assert await work.people.by_openid("wx1", "o1") == a_person()


async def test_staff_are_found_by_log_in_and_listed_while_active(store: SqlStore):
    async with store.begin() as work:
        await work.staff.add(a_member(seal_right=True))
        await work.staff.add(a_member("gone", active=False))

    async with store.read() as work:
        assert await work.staff.by_login("zhou") == a_member(seal_right=True)
        assert await work.staff.by_login("nobody") is None
        assert [one.id for one in await work.staff.all()] == ["zhou"]
        assert not (await work.staff.get(StaffId("gone"))).active


async def test_a_log_in_name_belongs_to_one(store: SqlStore):
    async with store.begin() as work:
        await work.staff.add(a_member("a", login="same"))

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.staff.add(a_member("b", login="same"))


async def test_a_one_time_code_opens_once_even_from_two_processes(
    store: SqlStore, second_store: SqlStore
):
    async with store.begin() as work:
        await work.staff.add(a_member())

    async def use(through: SqlStore) -> bool:
        async with through.begin() as work:
            return await work.staff.use_totp(ZHOU, 59_000_000)

    used = await asyncio.gather(use(store), use(second_store))

    assert sorted(used) == [False, True]
    async with store.begin() as work:
        assert not await work.staff.use_totp(ZHOU, 58_999_999)
        assert await work.staff.use_totp(ZHOU, 59_000_001)
        await work.staff.save(a_member(name="周二"))
        assert not await work.staff.use_totp(ZHOU, 59_000_001)


async def test_cells_come_back_with_their_outline(store: SqlStore):
    cell = Cell(
        id=CellId("cell-1"),
        name="枫桥社区第一网格",
        region="330681100001",
        words=("枫桥社区", "和平路"),
        outline=((120.1, 29.1), (120.2, 29.1), (120.2, 29.2)),
        grid_worker=StaffId("sun"),
        mediators=(ZHOU,),
    )
    async with store.begin() as work:
        await work.cells.add(cell)

    async with store.read() as work:
        assert await work.cells.get(cell.id) == cell
        assert await work.cells.all() == [cell]


async def test_everybody_is_also_who_left_and_a_change_is_kept_with_its_event(store: SqlStore):
    told = Event(subject="zhou", case_id="", kind="account.ended", by="staff:sun", at=NOW)
    async with store.begin() as work:
        await work.staff.add(a_member())
        await work.staff.save(a_member(active=False), told)

    async with store.read() as work:
        assert [one.active for one in await work.staff.everybody()] == [False]
        assert await work.staff.all() == []
        assert await work.cases.history(CaseId("")) == [told]
