from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.conversations import Link, MessageKind, Reply, Talk
from domain.errors import NotFound, Stale
from domain.ids import CaseId, MediaId
from domain.ports.talks import Medium
from storage.store import SqlStore
from tests.storage.samples import LI, NOW, a_message

REPLY = Reply(text="请说说发生了什么", links=(Link(title="进度", url="/c/x"),), picture="qr.png")
LATER = NOW + timedelta(seconds=10)


async def test_a_message_is_done_at_once_and_its_reply_kept(store: SqlStore):
    message = a_message(kind=MessageKind.EVENT, event="SCAN", detail={"Ticket": "t"})
    async with store.begin() as work:
        was_pending = await work.inbox.finish(message, REPLY)

    async with store.read() as work:
        kept = await work.inbox.find("m1")
        assert await work.inbox.find("m2") is None
    assert kept is not None
    assert (kept.incoming, kept.reply, kept.late, kept.delivered) == (message, REPLY, False, False)
    assert not was_pending


async def test_a_postponed_message_is_finished_late_and_delivered(store: SqlStore):
    async with store.begin() as work:
        assert await work.inbox.postpone(a_message())
        assert not await work.inbox.postpone(a_message())

    async with store.begin() as work:
        pending = await work.inbox.find("m1")
        assert await work.inbox.finish(a_message(), REPLY)
        await work.inbox.delivered("m1")

    async with store.read() as work:
        done = await work.inbox.find("m1")
    assert pending is not None
    assert done is not None
    assert (pending.reply, pending.late) == (None, True)
    assert (done.reply, done.late, done.delivered) == (REPLY, True, True)


@pytest.mark.parametrize("postponed", [True, False])
async def test_of_two_processes_that_finish_a_message_one_is_too_late(
    store: SqlStore, second_store: SqlStore, *, postponed: bool
):
    if postponed:
        async with store.begin() as work:
            await work.inbox.postpone(a_message())

    async def finish(through: SqlStore) -> str:
        try:
            async with through.begin() as work:
                await work.inbox.finish(a_message(), REPLY)
                await work.cases.next_number("effect", 2026)
        except Stale:
            return "too late"
        return "done"

    outcomes = await asyncio.gather(finish(store), finish(second_store))

    assert sorted(outcomes) == ["done", "too late"]
    async with store.begin() as work:
        assert await work.cases.next_number("effect", 2026) == 2


async def test_pending_messages_wait_until_nobody_attends_to_their_person(store: SqlStore):
    async with store.begin() as work:
        await work.inbox.postpone(a_message("held", openid="o-held"))
        await work.inbox.postpone(a_message("free"))
        await work.inbox.postpone(a_message("young", sent_at=LATER))
        await work.inbox.finish(a_message("done"), REPLY)
        await work.talks.take_lease("wx1", "o-held", "web-1", seconds=60)
        await work.talks.take_lease("wx1", "o-li", "web-1", seconds=-1)

    async with store.read() as work:
        waiting = await work.inbox.pending(before=LATER)

    assert [one.key for one in waiting] == ["free"]


async def test_a_nonce_is_remembered_with_its_first_message(store: SqlStore):
    async with store.begin() as work:
        first = await work.inbox.first_seen("1700000000", "n", "digest-a", at=NOW)
        again = await work.inbox.first_seen("1700000000", "n", "digest-a", at=NOW)
        replay = await work.inbox.first_seen("1700000000", "n", "digest-b", at=NOW)
        other = await work.inbox.first_seen("1700000001", "n", "digest-b", at=NOW)

    assert (first, again, replay, other) == ("digest-a", "digest-a", "digest-a", "digest-b")


async def test_nonces_are_forgotten_after_a_day(store: SqlStore):
    async with store.begin() as work:
        await work.inbox.first_seen("1", "n", "a", at=NOW)
        late = await work.inbox.first_seen("1", "n", "b", at=NOW + timedelta(days=2))

    assert late == "b"


async def test_a_talk_is_remembered(store: SqlStore):
    talk = Talk(
        state="report:where", answers={"story": "漏水"}, trail=("report:what",), changed_at=NOW
    )
    async with store.begin() as work:
        assert await work.talks.get("wx1", "o-li") == Talk()
        await work.talks.save("wx1", "o-li", Talk(state="report:what"))
        await work.talks.save("wx1", "o-li", talk)

    async with store.read() as work:
        assert await work.talks.get("wx1", "o-li") == talk
        assert await work.talks.get("wx2", "o-li") == Talk()


async def test_a_lease_is_held_by_one(store: SqlStore, second_store: SqlStore):
    async def take(through: SqlStore, holder: str) -> bool:
        async with through.begin() as work:
            return await work.talks.take_lease("wx1", "o-li", holder, seconds=30)

    taken = await asyncio.gather(take(store, "web-1"), take(second_store, "web-2"))

    assert sorted(taken) == [False, True]


async def test_a_lease_is_lengthened_released_and_taken_over_when_it_ran_out(store: SqlStore):
    async with store.begin() as work:
        talks = work.talks
        assert await talks.take_lease("wx1", "o-li", "web-1", seconds=30)
        assert await talks.take_lease("wx1", "o-li", "web-1", seconds=30)
        await talks.release("wx1", "o-li", "web-2")
        assert not await talks.take_lease("wx1", "o-li", "web-2", seconds=30)
        await talks.release("wx1", "o-li", "web-1")
        assert await talks.take_lease("wx1", "o-li", "web-2", seconds=-1)
        assert await talks.take_lease("wx1", "o-li", "web-3", seconds=30)


def a_medium(media_id: str = "p1", **told: Any) -> Medium:
    known: dict[str, Any] = {
        "id": MediaId(media_id),
        "person_id": LI,
        "case_id": None,
        "kind": "image",
        "appid": "wx1",
        "platform_id": "wx-media-1",
        "received_at": NOW,
    }
    return Medium(**{**known, **told})


async def test_a_picture_gets_its_object_and_its_case_later(store: SqlStore):
    fetched = a_medium(
        case_id=CaseId("case-1"), object_key="pictures/p1", sha256="aa", content_type="image/jpeg"
    )
    async with store.begin() as work:
        await work.media.add(a_medium())
        await work.media.add(a_medium("p0", case_id=CaseId("case-1"), received_at=LATER))
        await work.media.save(fetched)

    async with store.read() as work:
        assert await work.media.get(MediaId("p1")) == fetched
        assert [one.id for one in await work.media.of_case(CaseId("case-1"))] == ["p1", "p0"]
    with pytest.raises(NotFound):
        async with store.begin() as work:
            await work.media.save(replace(fetched, id=MediaId("none")))
