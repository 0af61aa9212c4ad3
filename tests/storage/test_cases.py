from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.cases import CaseState, Party, Side
from domain.errors import BadInput, NotFound, Stale
from domain.ids import CaseId, PersonId, StaffId
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING, NOTHING, Scope
from domain.taxonomy import TypeCode
from storage.store import SqlStore
from tests.storage.samples import LI, NOW, STORY, WANG, ZHOU, a_case, an_event

ALL = CaseFilter()
CASE = CaseId("case-1")


async def test_a_case_comes_back_as_it_was_kept(store: SqlStore):
    kept = a_case(danger=("不想活",), media=("m1", "m2"), cell="cell-1", reason="说明")

    async with store.begin() as work:
        await work.cases.add(kept, an_event())

    async with store.read() as work:
        assert await work.cases.get(CASE, EVERYTHING) == kept
        assert await work.cases.history(CASE) == [an_event()]


async def test_the_case_that_waits_for_a_report_is_found_by_its_reporter(store: SqlStore):
    async with store.begin() as work:
        await work.cases.add(a_case())
        await work.cases.add(a_case("case-2", unfinished=True))
        await work.cases.add(a_case("case-3", unfinished=True, state=CaseState.REFUSED))
        await work.cases.add(a_case("case-4", unfinished=True, reporter=WANG))

    async with store.read() as work:
        waiting = await work.cases.unfinished_of(LI)
        nobody_s = await work.cases.unfinished_of(PersonId("zhao"))

    assert waiting == a_case("case-2", unfinished=True)
    assert nobody_s is None


async def test_saving_keeps_the_change_with_its_event_and_raises_the_version(store: SqlStore):
    async with store.begin() as work:
        await work.cases.add(a_case(), an_event())

    async with store.begin() as work:
        case = await work.cases.get(CASE, EVERYTHING)
        moved, event = case.register(type_code=TypeCode("02"), cell=None, by=SYSTEM, at=NOW)
        await work.cases.save(moved, event)

    async with store.read() as work:
        assert await work.cases.get(CASE, EVERYTHING) == replace(moved, version=1)
        assert [one.kind for one in await work.cases.history(CASE)] == [
            "case.reported",
            "case.registered",
        ]


async def test_the_second_of_two_editors_is_refused(store: SqlStore, second_store: SqlStore):
    async with store.begin() as work:
        await work.cases.add(a_case())
    async with store.read() as work:
        seen_by_both = await work.cases.get(CASE, EVERYTHING)

    async def edit(through: SqlStore) -> str:
        moved, event = seen_by_both.register(type_code=TypeCode("02"), cell=None, by=SYSTEM, at=NOW)
        try:
            async with through.begin() as work:
                await work.cases.save(moved, event)
        except Stale:
            return "refused"
        return "kept"

    outcomes = await asyncio.gather(edit(store), edit(second_store))

    assert sorted(outcomes) == ["kept", "refused"]
    async with store.read() as work:
        assert len(await work.cases.history(CASE)) == 1


async def test_parties_are_saved_with_their_case(store: SqlStore):
    async with store.begin() as work:
        await work.cases.add(a_case())

    async with store.begin() as work:
        case = await work.cases.get(CASE, EVERYTHING)
        party = Party(person_id=PersonId("zhao"), side=Side.RESPONDENT)
        changed, event = case.add_party(party, by=SYSTEM, at=NOW)
        await work.cases.save(changed, event)

    async with store.read() as work:
        assert (await work.cases.get(CASE, Scope(person=PersonId("zhao")))).parties[-1] == party


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        (EVERYTHING, True),
        (NOTHING, False),
        (Scope(person=LI), True),
        (Scope(person=WANG), True),
        (Scope(person=PersonId("stranger")), False),
        (Scope(mediator=ZHOU), True),
        (Scope(mediator=StaffId("other")), False),
        (Scope(region="330681"), True),
        (Scope(region="330682"), False),
        (Scope(region="%"), False),
        (Scope(region=""), False),
        (Scope(region="330681", mediator=StaffId("other")), False),
    ],
)
async def test_every_query_stays_inside_its_scope(store: SqlStore, scope: Scope, *, sees: bool):
    async with store.begin() as work:
        await work.cases.add(a_case(mediator=ZHOU))

    async with store.read() as work:
        page, _ = await work.cases.page(scope, ALL, limit=10)
        counts = await work.cases.counts(scope)
        try:
            found = (await work.cases.get(CASE, scope)).id == CASE
        except NotFound:
            found = False

    assert (found, len(page) == 1, bool(counts)) == (sees, sees, sees)


@pytest.mark.parametrize("oldest_first", [False, True])
async def test_a_list_shows_the_alarmed_first_then_by_age_page_by_page(
    store: SqlStore, oldest_first
):
    wanted = CaseFilter(oldest_first=oldest_first)
    async with store.begin() as work:
        for age in range(5):
            await work.cases.add(a_case(f"c{age}", reported_at=NOW - timedelta(hours=age)))
        await work.cases.add(
            a_case("old-alarm", reported_at=NOW - timedelta(days=9), danger=("刀",))
        )

    seen: list[str] = []
    after = ""
    async with store.read() as work:
        for _ in range(3):
            page, after = await work.cases.page(EVERYTHING, wanted, limit=2, after=after)
            seen += [case.id for case in page]

    by_age = ["c0", "c1", "c2", "c3", "c4"]
    assert seen == ["old-alarm", *(reversed(by_age) if oldest_first else by_age)]
    assert after == ""


async def test_a_key_that_is_none_is_the_callers_mistake(store: SqlStore):
    async with store.read() as work:
        with pytest.raises(BadInput):
            await work.cases.page(EVERYTHING, ALL, limit=2, after="nonsense")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("漏水", True),
        ("天花板", True),
        ("枫桥社区", True),
        ("漏水 物业", True),
        ("狗叫", False),
        ("漏水狗叫", False),
        ("枫综字第case-1", True),
        ("100%", False),
        ("   ", True),
    ],
)
async def test_words_are_found_in_number_and_story(store: SqlStore, words: str, *, found: bool):
    async with store.begin() as work:
        await work.cases.add(a_case())

    async with store.read() as work:
        page, _ = await work.cases.page(EVERYTHING, CaseFilter(words=words), limit=10)

    assert bool(page) is found


async def test_a_story_that_changed_is_found_by_its_new_words_only(store: SqlStore):
    async with store.begin() as work:
        await work.cases.add(a_case())
        await work.cases.save(a_case(story="邻居的狗半夜一直狗叫"))

    async with store.read() as work:
        old, _ = await work.cases.page(EVERYTHING, CaseFilter(words="天花板"), limit=10)
        new, _ = await work.cases.page(EVERYTHING, CaseFilter(words="狗叫"), limit=10)

    assert (len(old), len(new)) == (0, 1)
    assert STORY not in new[0].story


async def test_cases_are_counted_by_state_and_by_mediator(store: SqlStore):
    async with store.begin() as work:
        await work.cases.add(a_case("a", mediator=ZHOU, state=CaseState.ACCEPTED))
        await work.cases.add(a_case("b", mediator=ZHOU, state=CaseState.MEDIATING))
        await work.cases.add(a_case("c", mediator=ZHOU, state=CaseState.ARCHIVED))
        await work.cases.add(a_case("d"))

    async with store.read() as work:
        assert await work.cases.open_counts() == {ZHOU: 2}
        assert await work.cases.counts(Scope(mediator=ZHOU)) == {
            CaseState.ACCEPTED: 1,
            CaseState.MEDIATING: 1,
            CaseState.ARCHIVED: 1,
        }
        page, _ = await work.cases.page(
            EVERYTHING, CaseFilter(states=frozenset({CaseState.REPORTED})), limit=9
        )
        assert [case.id for case in page] == ["d"]


async def test_numbers_count_up_by_kind_and_year_also_from_two_processes(
    store: SqlStore, second_store: SqlStore
):
    async def count(through: SqlStore) -> int:
        async with through.begin() as work:
            return await work.cases.next_number("case", 2026)

    given = await asyncio.gather(*(count(one) for one in (store, second_store) * 4))

    assert sorted(given) == list(range(1, 9))
    async with store.begin() as work:
        assert await work.cases.next_number("paper", 2026) == 1
        assert await work.cases.next_number("case", 2027) == 1


async def test_a_number_of_work_that_failed_is_given_again(store: SqlStore):
    async def fail() -> None:
        async with store.begin() as work:
            await work.cases.next_number("case", 2026)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    async with store.begin() as work:
        assert await work.cases.next_number("case", 2026) == 1


async def test_two_cases_never_share_a_number(store: SqlStore):
    async with store.begin() as work:
        await work.cases.add(a_case("a", number="same"))

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.cases.add(a_case("b", number="same"))
