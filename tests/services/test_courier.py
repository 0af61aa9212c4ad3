"""By which way people hear of something, what waits for a way, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import Resident
from domain.conversations import Incoming, MessageKind, Reply
from domain.errors import NotFound, Unavailable
from domain.happenings import AskedWhere, Fate, Happening, SubscriptionChosen, TemplateSent
from domain.ids import PersonId
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.people import Person, WeChatIdentity
from domain.ports.outside import Refusal, Resting, Uncertain
from domain.templates import TemplateBook
from tests.factories import CLERK
from tests.services.house import APPID, MINI, House, a_report_filed

WANG = Resident(id=PersonId("wang"))
FOLLOWS, MINI_ONLY = (APPID, "o-wang"), (MINI, "m-wang")
NO_TEMPLATES = TemplateBook()


async def wang(house: House, *accounts: tuple[str, str], phone: str = "") -> None:
    """王小明 with these accounts."""
    async with house.store.begin() as work:
        await work.people.add(Person(id=WANG.id, name="王小明", phone=phone))
        for appid, openid in accounts:
            known = WeChatIdentity(appid=appid, openid=openid, person_id=WANG.id)
            await work.people.link(known)


async def tell(house: House, kind: NoticeKind = NoticeKind.RATE) -> str:
    """Post a notice and let the courier try; give its id."""
    async with house.store.begin() as work:
        await house.notices.post(work, kind, case_id=None, to_person=WANG.id)
    job = house.store.waiting[-1]
    await house.work_off()
    return str(getattr(job, "notice_id", ""))


async def writes(house: House, account: tuple[str, str] = FOLLOWS, **told: Any) -> None:
    """王 sends a message, or something happens in WeChat."""
    known: dict[str, Any] = {
        "key": f"message at {house.clock()}",
        "appid": account[0],
        "openid": account[1],
        "kind": MessageKind.TEXT,
        "sent_at": house.clock(),
    }
    async with house.store.begin() as work:
        await work.inbox.finish(Incoming(**{**known, **told}), Reply(text="好"))


async def happens(house: House, account: tuple[str, str], *happenings: Happening) -> None:
    """WeChat tells something."""
    event = Incoming(
        key="e",
        appid=account[0],
        openid=account[1],
        kind=MessageKind.EVENT,
        sent_at=house.clock(),
        happenings=happenings,
    )
    async with house.store.begin() as work:
        await house.outreach.take_note(work, event)
    await house.work_off()


async def kept(house: House, notice_id: str) -> Notice:
    async with house.store.read() as work:
        return await work.notices.get(notice_id)


async def known(house: House, notice_id: str) -> tuple[Delivery, Way | None, str]:
    notice = await kept(house, notice_id)
    return notice.state, notice.way, notice.why


def without_templates(house: House) -> None:
    """Only the chat is left, as with an account that has no template."""
    bare = replace(house.outreach, book=NO_TEMPLATES)
    house.outreach, house.courier = bare, replace(house.courier, outreach=bare)


async def test_without_a_template_whoever_wrote_is_answered_in_the_chat(house: House) -> None:
    without_templates(house)
    await wang(house, FOLLOWS)
    await writes(house)

    notice = await tell(house)

    assert await known(house, notice) == (Delivery.SENT, Way.CHAT, "window")
    assert house.chat.to("o-wang") == [("rate", "")]


async def test_a_notice_that_was_deleted_with_its_matter_is_no_work_any_more(house: House) -> None:
    await wang(house, FOLLOWS, phone="+8612000000001")
    number = {"number": "枫民2026第1号"}
    async with house.store.begin() as work:
        for by_sms in (False, True):
            await house.notices.post(
                work,
                NoticeKind.MATTER_REFUSED,
                case_id=None,
                to_person=WANG.id,
                facts=number,
                by_sms=by_sms,
            )
        await work.notices.drop_of_matter(WANG.id, number["number"])

    await house.work_off()

    assert house.chat.to("o-wang") == []
    assert house.sms.to("+8612000000001") == []


async def test_four_of_five_answers_are_for_news_and_the_rest_waits(house: House) -> None:
    without_templates(house)
    await wang(house, FOLLOWS)
    await writes(house)

    notices = [await tell(house) for _ in range(5)]

    states = [(await kept(house, one)).state for one in notices]
    assert states == [Delivery.SENT] * 4 + [Delivery.HELD]
    assert await known(house, notices[-1]) == (Delivery.HELD, None, "window-closed")


async def test_what_waits_goes_out_when_the_person_writes_next(house: House) -> None:
    without_templates(house)
    await wang(house, FOLLOWS)
    notice = await tell(house)
    before = await known(house, notice)
    assert await house.courier.let_go() == 0

    house.clock.forward(timedelta(days=3))
    await writes(house)
    people = await house.courier.let_go()
    await house.work_off()

    assert before == (Delivery.HELD, None, "window-closed")
    assert people == 1
    assert await known(house, notice) == (Delivery.SENT, Way.CHAT, "window")
    assert await house.courier.let_go() == 0


@pytest.mark.parametrize(
    ("event", "sent"), [("subscribe", 2), ("click", 2), ("view", 0), ("location", 0)]
)
async def test_a_menu_click_lets_us_say_little_and_soon(
    house: House, event: str, sent: int
) -> None:
    without_templates(house)
    await wang(house, FOLLOWS)
    notices = [await tell(house) for _ in range(3)]
    house.clock.forward(timedelta(hours=1))

    await writes(house, kind=MessageKind.EVENT, event=event)
    await house.courier.let_go()
    await house.work_off()

    states = [(await kept(house, one)).state for one in notices]
    assert states.count(Delivery.SENT) == sent


async def test_a_minute_after_a_click_the_window_is_closed(house: House) -> None:
    without_templates(house)
    await wang(house, FOLLOWS)
    await writes(house, kind=MessageKind.EVENT, event="click")
    house.clock.forward(timedelta(seconds=60))

    notice = await tell(house)

    assert (await kept(house, notice)).state is Delivery.HELD


@pytest.mark.parametrize("code", ["45015", "45047"])
async def test_the_platform_knows_better_how_often_we_may_answer(house: House, code: str) -> None:
    without_templates(house)
    await wang(house, FOLLOWS)
    await writes(house)
    house.chat.troubles.append(Refusal(code))

    first, second = await tell(house), await tell(house)

    assert await known(house, first) == (Delivery.HELD, None, code)
    assert await known(house, second) == (Delivery.HELD, None, "window-closed")
    assert house.chat.inbox == []


async def test_an_answer_that_surely_did_not_go_out_costs_nothing(house: House) -> None:
    without_templates(house)
    await wang(house, FOLLOWS)
    await writes(house)
    house.chat.troubles.append(Unavailable("no connection"))

    await tell(house)

    async with house.store.begin() as work:
        windows = await house.outreach.windows(work, *FOLLOWS)
    assert windows.left(house.clock()) == 4


async def test_a_yes_lets_one_message_out_and_what_waits_goes_first(house: House) -> None:
    await wang(house, MINI_ONLY)
    waiting = await tell(house)
    assert await house.subscriptions.to_ask(WANG) == ("S-long",)

    await house.subscriptions.answered(WANG, {"S-rate": "accept"}, tap="t1")
    await house.subscriptions.answered(WANG, {"S-rate": "accept"}, tap="t1")
    await house.work_off()
    second = await tell(house)

    assert await known(house, waiting) == (Delivery.SENT, Way.MINI_SUBSCRIBED, "allowed")
    assert (await kept(house, second)).state is Delivery.HELD
    assert house.mini.reminded == [("m-wang", "S-rate")]


async def test_a_yes_told_by_the_phone_and_by_wechat_is_one_message(house: House) -> None:
    await wang(house, MINI_ONLY)
    yes = SubscriptionChosen(template_id="S-rate", accepted=True, where=AskedWhere.PAGE)

    await house.subscriptions.answered(WANG, {"S-rate": "accept"}, tap="t1")
    await happens(house, MINI_ONLY, yes)
    first, second = await tell(house), await tell(house)

    assert (await kept(house, first)).state is Delivery.SENT
    assert (await kept(house, second)).state is Delivery.HELD


async def test_a_long_term_yes_lasts_until_it_is_taken_back(house: House) -> None:
    await wang(house, MINI_ONLY)
    await house.subscriptions.answered(WANG, {"S-long": "accept"}, tap="t1")
    sent = [await tell(house, NoticeKind.FOLLOW_UP) for _ in range(3)]

    no = SubscriptionChosen(template_id="S-long", accepted=False, where=AskedWhere.SETTINGS)
    await happens(house, MINI_ONLY, no)
    after = await tell(house, NoticeKind.FOLLOW_UP)

    assert {(await kept(house, one)).state for one in sent} == {Delivery.SENT}
    assert (await kept(house, after)).state is Delivery.HELD


async def test_a_yes_that_wechat_does_not_know_is_corrected(house: House) -> None:
    await wang(house, MINI_ONLY, phone="+8610000000001")
    for tap in ("t1", "t2", "t3"):
        await house.subscriptions.answered(WANG, {"S-rate": "accept"}, tap=tap)
    house.mini.troubles.append(Refusal("43101"))

    first, second = await tell(house), await tell(house)

    assert await known(house, first) == (Delivery.HELD, None, "43101")
    assert (await kept(house, second)).why in {"window-closed", "not-allowed"}
    assert house.mini.reminded == []


async def test_a_template_that_does_not_fit_costs_no_yes(house: House) -> None:
    await wang(house, MINI_ONLY)
    await house.subscriptions.answered(WANG, {"S-rate": "accept"}, tap="t1")
    house.mini.troubles.append(Refusal("47003 time2"))

    await tell(house)
    second = await tell(house)

    assert (await kept(house, second)).state is Delivery.SENT


async def test_who_unfollowed_without_our_hearing_of_it_gets_an_sms(house: House) -> None:
    await wang(house, FOLLOWS, phone="+8610000000001")
    house.chat.troubles.append(Refusal("43004"))

    notice = await tell(house, NoticeKind.MEETING_FIXED)

    assert await known(house, notice) == (Delivery.SENT, Way.SMS, "must-hear")
    async with house.store.read() as work:
        assert not (await work.people.identities(WANG.id))[0].following


async def test_a_full_quota_sends_what_is_owed_another_way_and_the_rest_later(
    house: House,
) -> None:
    await wang(house, FOLLOWS, phone="+8610000000001")
    tomorrow = house.clock() + timedelta(hours=12)
    house.chat.troubles.append(Resting(45009, tomorrow))

    owed = await tell(house, NoticeKind.MEETING_FIXED)
    with pytest.raises(Unavailable):
        await tell(house)

    assert await known(house, owed) == (Delivery.SENT, Way.SMS, "must-hear")
    assert house.chat.inbox == []


async def test_what_rests_goes_out_once_the_quota_is_new(house: House) -> None:
    await wang(house, FOLLOWS)
    house.chat.troubles.append(Resting(45009, house.clock() + timedelta(hours=12)))
    async with house.store.begin() as work:
        await house.notices.post(work, NoticeKind.RATE, case_id=None, to_person=WANG.id)
    job = house.store.waiting.pop()
    with pytest.raises(Unavailable):
        await house.do(job)
    resting = await known(house, job.notice_id)  # type: ignore[union-attr]  # a notice was posted

    house.clock.forward(timedelta(hours=12))
    await house.do(job)

    assert resting == (Delivery.WAITING, None, "resting")
    assert (await kept(house, job.notice_id)).state is Delivery.SENT  # type: ignore[union-attr]  # as above


SUCCESS = TemplateSent(message_id="", fate=Fate.DELIVERED, status="success")
BLOCKED = TemplateSent(message_id="", fate=Fate.BLOCKED, status="failed:user block")


async def test_what_wechat_delivered_is_known_as_delivered(house: House) -> None:
    await wang(house, FOLLOWS)
    notice = await tell(house)

    for _ in range(2):
        await happens(house, FOLLOWS, replace(SUCCESS, message_id=f"n-{notice}"))
    await happens(house, FOLLOWS, replace(BLOCKED, message_id=f"n-{notice}"))

    assert await known(house, notice) == (Delivery.DELIVERED, Way.TEMPLATE, "free")


async def test_a_report_that_comes_before_the_answer_counts_too(house: House) -> None:
    await wang(house, FOLLOWS)
    async with house.store.begin() as work:
        await house.notices.post(work, NoticeKind.RATE, case_id=None, to_person=WANG.id)
    job = house.store.waiting[-1]
    notice = str(getattr(job, "notice_id", ""))
    house.store.waiting.clear()
    await happens(house, FOLLOWS, replace(SUCCESS, message_id=f"n-{notice}"))

    await house.do(job)

    assert (await kept(house, notice)).state is Delivery.DELIVERED


async def test_what_a_person_blocks_goes_by_sms_if_they_must_hear(house: House) -> None:
    await wang(house, FOLLOWS, phone="+8610000000001")
    owed = await tell(house, NoticeKind.MEETING_FIXED)
    may_wait = await tell(house)

    for notice in (owed, may_wait):
        await happens(house, FOLLOWS, replace(BLOCKED, message_id=f"n-{notice}"))

    assert await known(house, owed) == (Delivery.SENT, Way.SMS, "must-hear")
    assert await known(house, may_wait) == (Delivery.HELD, None, "blocked")
    assert len(house.sms.to("+8610000000001")) == 1


async def test_nothing_that_may_have_arrived_is_sent_another_way(house: House) -> None:
    await wang(house, FOLLOWS, phone="+8610000000001")
    house.chat.troubles.append(Uncertain())

    notice = await tell(house, NoticeKind.MEETING_FIXED)
    await writes(house)
    await house.courier.let_go()
    await house.work_off()

    assert (await kept(house, notice)).state is Delivery.UNKNOWN
    assert house.sms.calls == 0


async def test_everything_is_in_the_person_s_list_but_no_code(house: House) -> None:
    await wang(house, FOLLOWS, phone="+8610000000001")
    await tell(house)
    house.clock.forward(timedelta(minutes=1))
    await tell(house, NoticeKind.MEETING_FIXED)
    await tell(house, NoticeKind.LOGIN_CODE)

    mine, following = await house.notices.list_mine(WANG, limit=1)
    older, _ = await house.notices.list_mine(WANG, limit=5, after=following)
    await house.notices.see(WANG, mine.items[0].id)

    assert [one.kind for one in (*mine.items, *older.items)] == ["meeting-fixed", "rate"]
    assert (mine.unread, await house.notices.unread(WANG)) == (2, 0)


async def test_nobody_sees_or_marks_the_messages_of_others(house: House) -> None:
    await wang(house, FOLLOWS)
    notice = await tell(house)
    other = Resident(id=PersonId("zhang"))

    theirs, _ = await house.notices.list_mine(other, limit=5)

    assert theirs.items == ()
    with pytest.raises(NotFound):
        await house.notices.see(other, notice)


async def test_staff_see_the_way_the_state_and_why(house: House) -> None:
    quarrel = await a_report_filed(house)
    without_templates(house)
    await house.cases.refuse(
        CLERK, quarrel.case_id, version=await quarrel.version(), ground="no-dispute"
    )
    await house.work_off()

    (shown,) = [
        one
        for one in (await house.cases.view(CLERK, quarrel.case_id)).notices
        if one.kind == "case-refused"
    ]

    assert (shown.state, shown.why) == ("held", "window-closed")
    assert shown.state_words.startswith("在对方的“我的消息”里")
    assert "两天" in shown.why_words
