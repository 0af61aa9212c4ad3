from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.conversations import Link, MessageKind, Reply, Sender, Talk
from domain.errors import NotFound, Stale
from domain.happenings import PrivacyChange, PrivacyStep, SubscribedSent
from domain.ids import CaseId, MediaId
from domain.media import Medium
from domain.people import WeChatIdentity
from domain.ports.talks import Lease, Stamp
from storage.inbox import INCOMING
from storage.rows.chat import InboxRow
from storage.store import SqlStore
from tests.storage.samples import LI, NOW, a_message, a_person

REPLY = Reply(text="请说说发生了什么", links=(Link(title="进度", url="/c/x"),), picture="qr.png")
LATER = NOW + timedelta(seconds=10)


async def test_a_message_is_done_at_once_and_its_reply_kept(store: SqlStore):
    message = a_message(kind=MessageKind.EVENT, event="SCAN")
    async with store.begin() as work:
        was_pending = await work.inbox.finish(message, REPLY)

    async with store.read() as work:
        kept = await work.inbox.find("m1")
        assert await work.inbox.find("m2") is None
    assert kept is not None
    assert (kept.incoming, kept.reply, kept.late, kept.delivered) == (message, REPLY, False, False)
    assert not was_pending


REVOKED = PrivacyChange(step=PrivacyStep.REVOKED, codes=("8",))
SENT = SubscribedSent(template_id="T1", message_id="7", error_code="0", status="success")
FORMER_REVOKED = {
    "step": "revoked",
    "codes": ["8"],
    "unionid": "u1",
    "appid": "wx13",
    "plugin_id": "",
    "plugin_openid": "",
}
FORMER_COUNTS = {"audience": 296, "allowed": 295, "reached": 290, "failed": 5}


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ([], ()),
        ([{"raw_latitude": 23.1, "raw_longitude": 113.3, "precision": 119.3}], ()),
        ([{"latitude": 23.1, "longitude": 113.3, "label": "广州"}], ()),
        ([{"code_kind": "qrcode", "result": "https://a/c/x"}], ()),
        ([{"count": 2}], ()),
        ([{"message_id": "7", "status": "send success", **FORMER_COUNTS}], ()),
        ([FORMER_REVOKED], (REVOKED,)),
    ],
)
async def test_what_an_earlier_version_kept_of_a_message_is_left_out(
    store: SqlStore, former: list[dict[str, Any]], now: tuple[Any, ...]
):
    message = a_message(kind=MessageKind.EVENT, event="location", happenings=(SENT,))
    kept = json.loads(INCOMING.write(message))
    del kept["unknown_type"]
    kept |= {"clear_media_id": "m2", "format": "amr", "detail": {"PicUrl": "http://x/1"}}
    kept["happenings"] += former
    async with store.begin() as work:
        await work.inbox.postpone(message)
        inbox: Any = work.inbox
        await inbox._tx.run(update(InboxRow).values(incoming=json.dumps(kept)))

    async with store.read() as work:
        found, pending = await work.inbox.find("m1"), await work.inbox.pending(before=LATER)

    assert found is not None
    assert found.incoming == replace(message, happenings=(SENT, *now))
    assert list(pending) == [found.incoming]


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
    first, replay = Stamp("1700000000", "n", "digest-a"), Stamp("1700000000", "n", "digest-b")
    other = Stamp("1700000001", "n", "digest-b")
    async with store.begin() as work:
        at_once = await work.inbox.replayed([first, replay, other], at=NOW)

    async with store.begin() as work:
        later = await work.inbox.replayed([other, first, replay], at=NOW)

    assert (list(at_once), list(later)) == ([replay], [replay])


async def test_nonces_of_long_ago_are_forgotten(store: SqlStore):
    async with store.begin() as work:
        await work.inbox.replayed([Stamp("1", "n", "a")], at=NOW)
        await work.inbox.forget_stamps(before=NOW + timedelta(days=1))
        late = await work.inbox.replayed([Stamp("1", "n", "b")], at=NOW + timedelta(days=2))

    assert list(late) == []


async def test_of_messages_kept_together_those_that_were_known_stay_as_they_were(store: SqlStore):
    new, known = a_message("new"), a_message("known")
    async with store.begin() as work:
        await work.inbox.postpone(known)

    async with store.begin() as work:
        told = await work.inbox.finish_all({"known": (known, REPLY), "new": (new, REPLY)})

    async with store.read() as work:
        found = await work.inbox.find_all(["new", "known", "none"])
    assert set(told) == {"new"}
    assert {key: kept.reply for key, kept in found.items()} == {"new": REPLY, "known": None}


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


async def test_leases_are_taken_together_except_those_of_others(
    store: SqlStore, second_store: SqlStore
):
    a_li, a_wang = Lease(Sender("wx1", "o-li"), "a1"), Lease(Sender("wx1", "o-wang"), "a2")
    b_li, b_zhao = Lease(Sender("wx1", "o-li"), "b1"), Lease(Sender("wx1", "o-zhao"), "b2")

    async def take(through: SqlStore, *leases: Lease) -> Collection[Lease]:
        async with through.begin() as work:
            return set(await work.talks.take_leases(leases, seconds=30))

    async def release(through: SqlStore, *leases: Lease) -> Collection[Lease]:
        async with through.begin() as work:
            return set(await work.talks.release_all(leases))

    taken = await take(store, a_wang, a_li)
    by_another = await take(second_store, b_zhao, b_li)
    released = await release(store, a_li, b_zhao)

    assert (taken, by_another) == ({a_li, a_wang}, {b_zhao})
    assert released == {a_li, b_zhao}
    assert await release(store, a_li) == set()


async def test_people_and_talks_are_found_together(store: SqlStore):
    li, wang, new = (Sender("wx1", f"o-{name}") for name in ("li", "wang", "new"))
    async with store.begin() as work:
        await work.people.add(a_person())
        for openid in ("o-li", "o-wang"):
            await work.people.link(WeChatIdentity(appid="wx1", openid=openid, person_id=LI))
        await work.talks.save_all({li: Talk(state="report:what"), wang: Talk(state="report:who")})

    async with store.read() as work:
        people = await work.people.by_senders([new, wang, li])
        talks = await work.talks.get_all([new, wang, li])

    assert {sender: person.id for sender, person in people.items()} == {li: LI, wang: LI}
    assert {sender: talk.state for sender, talk in talks.items()} == {
        li: "report:what",
        wang: "report:who",
    }


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


async def test_what_went_into_a_case_meanwhile_is_not_forgotten(store: SqlStore):
    async with store.begin() as work:
        await work.media.add(a_medium())
        await work.media.add(a_medium("p0", case_id=CaseId("case-1")))

    async with store.begin() as work:
        gone = [await work.media.drop_loose(MediaId(name)) for name in ("p1", "p0", "p1")]

    assert gone == [True, False, False]
    async with store.read() as work:
        assert [one.id for one in await work.media.of_case(CaseId("case-1"))] == ["p0"]
