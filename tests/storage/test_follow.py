from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.codes import Rating
from domain.deadlines import Due, DueKind
from domain.errors import IllegalMove, NotFound, Stale
from domain.ids import AgreementId, CaseId, DueId, ObligationId
from domain.notices import Delivery, Way
from domain.obligations import Obligation
from storage.store import SqlStore
from tests.storage.samples import LI, NOW, WANG, a_notice

CASE = CaseId("case-1")


def an_obligation(obligation_id: str = "o1", **told: Any) -> Obligation:
    known: dict[str, Any] = {
        "id": ObligationId(obligation_id),
        "agreement_id": AgreementId("paper-1"),
        "case_id": CASE,
        "clause": 0,
        "text": "王五于2026年12月31日前支付3000元",
        "debtor": WANG,
        "creditor": LI,
        "due": date(2026, 12, 31),
    }
    return Obligation(**{**known, **told})


def a_due(due_id: str = "d1", **told: Any) -> Due:
    known: dict[str, Any] = {
        "id": DueId(due_id),
        "kind": DueKind.REGISTER,
        "subject": "case-1",
        "due_at": NOW,
    }
    return Due(**{**known, **told})


async def test_promises_are_kept_and_moved(store: SqlStore):
    async with store.begin() as work:
        await work.obligations.add(an_obligation("b", clause=1))
        await work.obligations.add(an_obligation("a", creditor=None))

    async with store.begin() as work:
        claimed, event = (await work.obligations.get(ObligationId("a"))).claim(by=SYSTEM, at=NOW)
        await work.obligations.save(claimed, event)

    async with store.read() as work:
        kept = await work.obligations.of_case(CASE)
        assert kept == [replace(claimed, version=1), an_obligation("b", clause=1)]
        assert [one.kind for one in await work.cases.history(CASE)] == ["obligation.claimed"]


async def test_a_promise_confirmed_twice_at_once_is_confirmed_once(store: SqlStore):
    async with store.begin() as work:
        await work.obligations.add(an_obligation())
        await work.obligations.save(an_obligation())

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.obligations.save(an_obligation())


async def test_a_deadline_is_taken_by_one_of_two_sweepers(store: SqlStore, second_store: SqlStore):
    async with store.begin() as work:
        for number in range(30):
            await work.dues.add(a_due(f"d{number}"))

    async def take(through: SqlStore) -> list[str]:
        async with through.begin() as work:
            return [due.id for due in await work.dues.claim(NOW, limit=15)]

    taken = await asyncio.gather(*(take(one) for one in (store, second_store) * 2))

    everything = [due_id for some in taken for due_id in some]
    assert len(everything) == len(set(everything)) == 30


async def test_what_is_not_due_stays(store: SqlStore):
    later = a_due("later", due_at=NOW + timedelta(microseconds=1))
    async with store.begin() as work:
        await work.dues.add(a_due())
        await work.dues.add(later)

    async with store.begin() as work:
        assert await work.dues.claim(NOW) == [a_due()]
        assert await work.dues.claim(NOW) == []
        assert await work.dues.of_subjects(["case-1", "other"]) == [later]
        assert await work.dues.get(DueId("d1")) == a_due()


async def test_open_deadlines_are_taken_back_and_taken_ones_stay_known(store: SqlStore):
    async with store.begin() as work:
        await work.dues.add(a_due("taken"))
        await work.dues.claim(NOW)
        await work.dues.add(a_due("open"))
        await work.dues.add(a_due("other", kind=DueKind.ACCEPT))
        await work.dues.drop(DueKind.REGISTER, "case-1")

    async with store.read() as work:
        assert [one.id for one in await work.dues.of_subjects(["case-1"])] == ["other"]
        assert (await work.dues.get(DueId("taken"))).id == "taken"
        with pytest.raises(NotFound):
            await work.dues.get(DueId("open"))


async def test_a_deadline_is_put_off_under_a_higher_version(store: SqlStore):
    later = a_due(due_at=NOW + timedelta(days=1), version=1)
    async with store.begin() as work:
        await work.dues.add(a_due())
        await work.dues.claim(NOW)
        await work.dues.add(later)

    async with store.begin() as work:
        assert await work.dues.claim(NOW) == []
        assert await work.dues.claim(later.due_at) == [later]
        with pytest.raises(Stale):
            await work.dues.add(later)


async def test_a_notice_is_claimed_by_one_of_two_workers(store: SqlStore):
    async with store.begin() as work:
        await work.notices.add(a_notice())

    async with store.begin() as work:
        await work.notices.save(a_notice(state=Delivery.SENDING, way=Way.SMS))

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.notices.save(a_notice(state=Delivery.SENDING))
    async with store.read() as work:
        sending = a_notice(state=Delivery.SENDING, way=Way.SMS, version=1)
        assert await work.notices.get("n1") == sending


async def test_notices_of_unknown_outcome_are_listed_for_people(store: SqlStore):
    async with store.begin() as work:
        await work.notices.add(a_notice("old"))
        await work.notices.add(a_notice("new", made_at=NOW + timedelta(hours=1)))
        await work.notices.add(
            a_notice("lost", state=Delivery.UNKNOWN, case_id=None, to_person=None)
        )

    async with store.read() as work:
        assert [one.id for one in await work.notices.unknown()] == ["lost"]
        assert [one.id for one in await work.notices.of_case(CASE)] == ["new", "old"]


async def test_a_party_rates_a_case_once(store: SqlStore):
    rating = Rating(case_id=CASE, person_id=LI, stars=2, words="等太久", at=NOW)
    async with store.begin() as work:
        await work.ratings.add(rating)
        await work.ratings.add(replace(rating, person_id=WANG, at=NOW + timedelta(hours=1)))

    with pytest.raises(IllegalMove):
        async with store.begin() as work:
            await work.ratings.add(replace(rating, stars=5))

    async with store.read() as work:
        assert [one.stars for one in await work.ratings.of_case(CASE)] == [2, 2]
        assert (await work.ratings.of_case(CASE))[0] == rating
