"""The daily-life matters on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.errors import BadInput, NotFound, Stale
from domain.history import Event
from domain.ids import CaseId, MatterId, MediaId, PersonId
from domain.matters import OPEN, MatterState
from domain.media import Medium
from domain.scope import EVERYTHING, NOTHING, Scope
from storage.store import SqlStore
from tests.factories import CLERK, NOON, REGION, a_matter, a_person

WANG = PersonId("wang")


def reported(matter_id: str) -> Event:
    return Event(subject=matter_id, case_id="", kind="matter.reported", by="resident:wang", at=NOON)


async def test_a_matter_is_kept_whole_with_its_history(store: SqlStore):
    matter = a_matter(media=(MediaId("m1"),))
    async with store.begin() as work:
        await work.matters.add(matter, reported(matter.id))
        await work.matters.add(a_matter(key="other"), reported("other"))
    async with store.begin() as work:
        kept = await work.matters.get(matter.id, EVERYTHING)
        answered, event = kept.answer("灯泡换好了", by=CLERK, at=NOON)
        await work.matters.save(answered, event)

    async with store.read() as work:
        assert kept == matter
        assert await work.matters.get(matter.id, EVERYTHING) == replace(answered, version=1)
        history = await work.matters.history(matter.id)
    assert [one.kind for one in history] == ["matter.reported", "matter.answered"]


async def test_two_who_answer_at_once_are_one_answer(store: SqlStore):
    async with store.begin() as work:
        await work.matters.add(a_matter())
        await work.matters.save(a_matter().take("城管", by=CLERK, at=NOON)[0])

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.matters.save(a_matter().answer("好了", by=CLERK, at=NOON)[0])


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (EVERYTHING, True),
        (Scope(region="999999"), True),
        (Scope(region=REGION), True),
        (Scope(region="999998"), False),
        (Scope(person=WANG), True),
        (Scope(person=PersonId("liu")), False),
        (Scope(mediator=CLERK.id), False),
        (Scope(helper=CLERK.id), False),
        (NOTHING, False),
    ],
)
async def test_a_scope_holds_what_it_may(store: SqlStore, scope: Scope, *, seen: bool):
    async with store.begin() as work:
        await work.matters.add(a_matter())

    async with store.read() as work:
        page, _ = await work.matters.page(scope, OPEN, limit=5)
        assert bool(page) is seen
        if not seen:
            with pytest.raises(NotFound):
                await work.matters.get(a_matter().id, scope)


async def test_the_answer_that_is_due_first_stands_first_page_by_page(store: SqlStore):
    async with store.begin() as work:
        for key, days in (("c", 3), ("a", 1), ("b", 1), ("d", 9)):
            due = NOON + timedelta(days=days)
            await work.matters.add(a_matter(key=key, reply_by=due))
        await work.matters.add(a_matter(MatterState.CLOSED, key="done", reply_by=NOON))

    async with store.read() as work:
        first, after = await work.matters.page(EVERYTHING, OPEN, limit=3)
        rest, end = await work.matters.page(EVERYTHING, OPEN, limit=3, after=after)
        with pytest.raises(BadInput):
            await work.matters.page(EVERYTHING, OPEN, limit=3, after="nonsense")

    assert [one.id for one in first] == ["a", "b", "c"]
    assert ([one.id for one in rest], end) == (["d"], "")


async def test_of_what_is_over_the_newest_stands_first_page_by_page(store: SqlStore):
    async with store.begin() as work:
        for key, days in (("c", 3), ("a", 1), ("b", 1), ("d", 9)):
            due = NOON + timedelta(days=days)
            await work.matters.add(a_matter(MatterState.CLOSED, key=key, reply_by=due))

    over = frozenset(MatterState) - OPEN
    async with store.read() as work:
        first, after = await work.matters.page(EVERYTHING, over, limit=2)
        rest, end = await work.matters.page(EVERYTHING, over, limit=2, after=after)

    assert [one.id for one in (*first, *rest)] == ["d", "c", "b", "a"]
    assert end == ""


async def test_late_answers_are_counted_where_one_may_see_them(store: SqlStore):
    async with store.begin() as work:
        await work.matters.add(a_matter(key="late", reply_by=NOON))
        await work.matters.add(a_matter(key="in time"))
        await work.matters.add(a_matter(MatterState.CLOSED, key="done", reply_by=NOON))

    async with store.read() as work:
        at = NOON + timedelta(minutes=1)
        assert await work.matters.count_late(Scope(region="999999"), at=at) == 1
        assert await work.matters.count_late(Scope(region="999998"), at=at) == 0


async def test_somebodys_own_stand_newest_first(store: SqlStore):
    async with store.begin() as work:
        for key, days in (("old", 0), ("new", 2)):
            at = NOON + timedelta(days=days)
            await work.matters.add(a_matter(key=key, reported_at=at))

    async with store.read() as work:
        own = await work.matters.of_person(WANG)
        newest = await work.matters.of_person(WANG, limit=1)
    assert [one.id for one in own] == ["new", "old"]
    assert [one.id for one in newest] == ["new"]


async def test_what_is_dropped_is_gone(store: SqlStore):
    async with store.begin() as work:
        await work.matters.add(a_matter())

    async with store.begin() as work:
        await work.matters.drop(MatterId("matter-1"))

    async with store.read() as work:
        assert await work.matters.of_person(WANG) == []


async def test_a_picture_of_a_matter_is_not_loose(store: SqlStore):
    medium = Medium(
        id=MediaId("m1"),
        person_id=WANG,
        case_id=None,
        kind="image",
        appid="",
        platform_id="",
        received_at=NOON,
        matter_id=MatterId("matter-1"),
    )
    async with store.begin() as work:
        await work.media.add(medium)

    async with store.begin() as work:
        kept = await work.media.get(medium.id)
        dropped = await work.media.drop_loose(medium.id)
        await work.media.save(replace(kept, matter_id=None))
        loose = await work.media.drop_loose(medium.id)

    assert kept == medium
    assert (dropped, loose) == (False, True)


async def test_the_matters_of_two_who_are_one_are_one_list(store: SqlStore):
    gone, stays = a_person("wang"), a_person("wang-too", phone="")
    merged = Event(
        subject=stays.id, case_id=CaseId(""), kind="person.merged", by=SYSTEM.ref, at=NOON
    )
    async with store.begin() as work:
        await work.people.add(gone)
        await work.people.add(stays)
        await work.matters.add(a_matter())
        await work.people.merge(gone, stays, merged)

    async with store.read() as work:
        (own,) = await work.matters.of_person(stays.id)
    assert own.reporter == stays.id
