from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.codes import Renewal, Session
from domain.conversations import MessageKind, Reply
from domain.ids import CaseId, PersonId
from domain.notices import Delivery, NoticeKind, Way
from domain.platform import ContentHint, PlatformToken, Rest
from domain.ports.ahead import DeliveryReport
from domain.reply_windows import Deed, ReplyRules, ReplyWindows
from domain.subscriptions import Subscription, Teller
from storage.store import SqlStore
from tests.storage.samples import LI, NOW, a_message, a_notice

RULES = ReplyRules()
CASE = CaseId("case-1")
WROTE = ReplyWindows().heard({Deed.MESSAGE: NOW}, RULES)
REPLY = Reply(text="好")
LATER = NOW + timedelta(minutes=5)


async def test_what_is_left_of_a_window_is_kept(store: SqlStore):
    async with store.begin() as work:
        assert (await work.windows.of("wx", "o-li")).left(NOW) == 0
        await work.windows.save("wx", "o-li", WROTE.spent(NOW).spent(NOW))

    async with store.begin() as work:
        kept = await work.windows.of("wx", "o-li")

    assert (kept.left(NOW), kept.long) == (3, WROTE.spent(NOW).spent(NOW).long)


async def test_what_a_person_did_last_is_known_from_what_they_sent(store: SqlStore):
    async with store.begin() as work:
        await work.inbox.finish(a_message("m1", sent_at=NOW), REPLY)
        await work.inbox.postpone(a_message("m2", sent_at=LATER))
        await work.inbox.finish(
            a_message("m3", sent_at=LATER, kind=MessageKind.EVENT, event="click"), REPLY
        )
        await work.inbox.finish(
            a_message("m4", sent_at=LATER, kind=MessageKind.EVENT, event="location"), REPLY
        )

    async with store.read() as work:
        deeds = await work.inbox.last_deeds("wx1", "o-li")
        assert await work.inbox.last_deeds("wx2", "o-li") == {}
    assert deeds == {Deed.MESSAGE: LATER, Deed.BRIEF: LATER}


@pytest.mark.parametrize("later", [NOW, LATER], ids=["same second", "later"])
async def test_whoever_is_waited_for_is_found_once_they_write(store: SqlStore, later: datetime):
    async with store.begin() as work:
        await work.inbox.finish(a_message("m1", sent_at=NOW), REPLY)
        await work.windows.hold("wx1", "o-li", since=NOW)
        before = await work.windows.heard()
        await work.inbox.finish(a_message("m2", sent_at=later), REPLY)

    async with store.begin() as work:
        after = await work.windows.heard()
        await work.windows.let_go("wx1", "o-li")
        no_more = await work.windows.heard()

    assert (before, after, no_more) == ([], [("wx1", "o-li")], [])


async def test_two_couriers_never_spend_the_same_answer(store: SqlStore, second_store: SqlStore):
    async def spend(through: SqlStore) -> None:
        async with through.begin() as work:
            windows = (await work.windows.of("wx", "o-li")).heard({Deed.MESSAGE: NOW}, RULES)
            await work.windows.save("wx", "o-li", windows.spent(NOW))

    await asyncio.gather(*(spend(one) for one in (store, second_store) * 2))

    async with store.begin() as work:
        assert (await work.windows.of("wx", "o-li")).left(NOW) == 1


async def test_what_somebody_allows_is_kept_per_template(store: SqlStore):
    one = Subscription(template_id="T1").accepted(Teller.PHONE, tap="a")
    async with store.begin() as work:
        await work.subscriptions.save("wx", "o-li", one)
        await work.subscriptions.save("wx", "o-li", Subscription(template_id="T2", long_term=True))
        await work.subscriptions.save("wx", "o-li", one.used())

    async with store.begin() as work:
        kept = await work.subscriptions.of("wx", "o-li")
        assert await work.subscriptions.of("wx", "o-wu") == []

    assert kept == [one.used(), Subscription(template_id="T2", long_term=True)]


async def test_one_process_renews_a_token_and_the_others_see_it(
    store: SqlStore, second_store: SqlStore
):
    async with store.begin() as work:
        first = await work.platform.may_renew("wx", 0, seconds=30)
        assert await work.platform.token("wx") is None
    async with second_store.begin() as work:
        second = await work.platform.may_renew("wx", 0, seconds=30)
    token = PlatformToken(text="t1", ends_at=LATER, generation=1)
    async with store.begin() as work:
        await work.platform.keep_token("wx", token)

    async with second_store.begin() as work:
        late = await work.platform.may_renew("wx", 0, seconds=30)
        kept = await work.platform.token("wx")
        again = await work.platform.may_renew("wx", 1, seconds=30)
        await work.platform.leave_renewal("wx")
        after = await work.platform.may_renew("wx", 1, seconds=30)

    assert (first, second, late, again, after) == (True, False, False, True, True)
    assert kept == token


async def test_the_renewal_of_a_process_that_died_is_free_again(store: SqlStore):
    async with store.begin() as work:
        assert await work.platform.may_renew("wx", 0, seconds=-1)
        assert await work.platform.may_renew("wx", 0, seconds=30)


async def test_a_call_rests_until_then(store: SqlStore):
    rest = Rest(appid="wx", path="/send", code=45009, until=LATER)
    async with store.begin() as work:
        await work.platform.rest(replace(rest, code=45011, until=NOW))
        await work.platform.rest(rest)

    async with store.read() as work:
        assert await work.platform.rests(at=NOW) == [rest]
        assert await work.platform.rests(at=LATER) == []


async def test_what_the_platform_thinks_of_a_report_may_come_later(store: SqlStore):
    hint = ContentHint(case_id=CASE, about="story", trace_id="t", advice="asked", label="", at=NOW)
    async with store.begin() as work:
        await work.hints.save(hint)
        await work.hints.answer("t", "risky", "20001")
        await work.hints.answer("unknown", "risky", "20001")

    async with store.read() as work:
        assert await work.hints.of_case(CASE) == [replace(hint, advice="risky", label="20001")]


async def test_a_person_s_list_holds_no_codes_and_remembers_what_was_seen(store: SqlStore):
    async with store.begin() as work:
        await work.notices.add(a_notice("n1", to_person=LI, made_at=NOW))
        await work.notices.add(a_notice("n2", to_person=LI, made_at=LATER))
        await work.notices.add(a_notice("n3", to_person=LI, kind=NoticeKind.LOGIN_CODE))
        await work.notices.add(a_notice("n4", to_person=PersonId("wu")))

    async with store.begin() as work:
        whole = await work.notices.list_of(LI, limit=10, after="")
        older = await work.notices.list_of(LI, limit=10, after="n2")
        unread = await work.notices.unread(LI)
        await work.notices.see(LI, "n1", at=LATER)
        left = await work.notices.unread(LI)

    assert [one.id for one in whole] == ["n2", "n1"]
    assert [one.id for one in older] == ["n1"]
    assert (unread, left) == (2, 1)


async def test_a_late_answer_is_in_the_list_once_it_may_be_lost(store: SqlStore):
    answer = a_notice("n1", to_person=LI, kind=NoticeKind.ANSWER)
    lost = replace(answer, state=Delivery.UNKNOWN)
    async with store.begin() as work:
        await work.notices.add(answer)
        before = await work.notices.list_of(LI, limit=10, after="")
        await work.notices.save(lost)

    async with store.read() as work:
        (listed,) = await work.notices.list_of(LI, limit=10, after="")
        unread = await work.notices.unread(LI)

    assert before == []
    assert (listed.id, listed.state, unread) == ("n1", Delivery.UNKNOWN, 1)


async def test_what_is_known_of_a_message_is_kept_with_it(store: SqlStore):
    sent = a_notice(
        "n1",
        to_person=LI,
        state=Delivery.HELD,
        why="window-closed",
        tried=(Way.TEMPLATE, Way.CHAT),
        platform_id="wx:77",
    )
    async with store.begin() as work:
        await work.notices.add(sent)

    async with store.read() as work:
        found = await work.notices.by_platform_id("wx:77")
        assert await work.notices.by_platform_id("wx:78") is None
        assert await work.notices.held_for(LI) == await work.notices.waiting_for_a_way() == [sent]
    assert found == sent


async def test_a_report_that_came_too_early_is_found_later(store: SqlStore):
    async with store.begin() as work:
        await work.notices.keep_report("wx:1", DeliveryReport(fate="blocked", status="x"), at=NOW)
        await work.notices.keep_report("wx:1", DeliveryReport(fate="delivered", status=""), at=NOW)
        first = await work.notices.report_of("wx:1")
        week = NOW + timedelta(days=8)
        await work.notices.keep_report("wx:2", DeliveryReport(fate="delivered", status=""), at=week)

    async with store.read() as work:
        assert await work.notices.report_of("wx:1") is None
    assert first == DeliveryReport(fate="blocked", status="x")


async def test_a_log_in_that_renews_itself_ends_as_a_family(store: SqlStore):
    session = Session(
        id_hash="s1",
        person_id=LI,
        staff_id="",
        role="",
        made_at=NOW,
        seen_at=NOW,
        ends_at=LATER,
        family="f1",
    )
    renewal = Renewal(secret_hash="r1", family="f1", person_id=LI, how="wechat", ends_at=LATER)
    async with store.begin() as work:
        await work.logins.open(session)
        await work.logins.open(replace(session, id_hash="s2", family="f2"))
        await work.logins.offer(renewal)
        await work.logins.use_renewal("r1", at=NOW)

    async with store.begin() as work:
        used = await work.logins.renewal("r1")
        await work.logins.revoke_family("f1")
        ended = await work.logins.session("s1"), await work.logins.renewal("r1")
        other = await work.logins.session("s2")
        await work.logins.revoke_person(LI)
        all_ended = await work.logins.session("s2")

    assert used == replace(renewal, used_at=NOW)
    assert [one.revoked for one in ended if one] == [True, True]
    assert (other.revoked, all_ended.revoked) == (False, True)  # type: ignore[union-attr]  # both exist
