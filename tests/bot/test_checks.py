"""A forwarded text is looked at in the chat; what the machine cannot tell a human says to all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import checks as texts
from domain.actors import Role
from domain.checks import Review
from domain.conversations import MessageKind
from domain.errors import NotFound
from domain.jobs import EraseData
from domain.notices import NoticeKind
from domain.privacy import Wish
from tests.bot.office import APPID, an_office, message, tell
from tests.factories import CLERK, LI

FRAUD = "这里是公安局，你的银行卡涉嫌洗钱，请把钱转到安全账户核查"
UNCLEAR = "您好，您之前咨询的事情有结果了，麻烦回个电话"


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        yield opened


async def results(office, openid="o-li"):
    async with office.store.read() as work:
        person = await work.people.by_openid(APPID, openid)
        notices = await work.notices.of_person(person.id)
    return [one.facts["say"] for one in notices if one.kind is NoticeKind.CHECKED]


async def test_a_fraud_is_named_with_its_words_and_what_to_do(office):
    told = await tell(office, f"查 {FRAUD}")

    assert told.startswith("像诈骗")
    assert "“安全账户”" in told
    assert "96110" in told
    assert "110" in told
    assert "{" not in told


async def test_a_plain_fraud_is_looked_at_without_being_asked(office):
    assert (await tell(office, FRAUD)).startswith("像诈骗")


async def test_a_text_can_be_sent_after_the_word(office):
    assert await tell(office, "查一查") == texts.SEND_IT
    assert (await tell(office, FRAUD)).startswith("像诈骗")


async def test_within_a_report_the_same_words_are_the_story(office):
    told = await tell(office, "我要反映纠纷", FRAUD)

    assert "像诈骗" not in told
    assert not await office.checks.queue(CLERK)


async def test_a_report_goes_on_after_a_text_was_checked(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")
    state = await office.talk_of()

    told = await tell(office, f"查 {FRAUD}")

    assert told.startswith("像诈骗")
    assert await office.talk_of() == state


async def test_what_the_machine_cannot_tell_waits_for_a_human_once(office):
    told = await tell(office, f"查 {UNCLEAR}")
    office.clock.moves(seconds=1)
    await tell(office, f"查：{UNCLEAR}。", openid="o-zhang")

    assert "看不准" in told
    (one,) = await office.checks.queue(CLERK)
    assert (one.text, one.people) == (UNCLEAR, 2)


async def test_what_a_human_says_reaches_everybody_who_asked_and_who_asks_later(office):
    await tell(office, f"查 {UNCLEAR}")
    await tell(office, f"查 {UNCLEAR}", openid="o-zhang")
    (one,) = await office.checks.queue(CLERK)

    await office.checks.review(CLERK, one.id, Review.FRAUD, "这个号码骗过人")

    assert await results(office) == await results(office, "o-zhang")
    (said,) = await results(office)
    assert "是诈骗" in said
    assert "这个号码骗过人" in said
    assert not await office.checks.queue(CLERK)
    later = await tell(office, f"查 {UNCLEAR}", openid="o-sun")
    assert later.startswith(f"工作人员{CLERK.name}看过同样的消息：是诈骗")
    assert "还有2个人发来问过" in later
    assert not await results(office, "o-sun")


async def test_asking_again_does_not_make_more_people(office):
    await tell(office, f"查 {UNCLEAR}", f"查 {UNCLEAR}")

    (one,) = await office.checks.queue(CLERK)
    assert one.people == 1


async def test_who_has_paid_already_is_told_to_call_at_once(office):
    told = await tell(office, f"查 {FRAUD}，我已经转了两万")

    assert told.startswith(texts.GONE)


async def test_an_official_number_is_no_proof(office):
    told = await tell(office, f"查 {UNCLEAR}，有疑问打96110")

    assert "96110（反诈专线）号码没错" in told


async def test_a_picture_is_not_read_and_says_what_to_do(office):
    await tell(office, "查一查")
    picture = replace(message("", at=office.clock()), kind=MessageKind.IMAGE, media_id="p")

    reply = await office.desk.receive(picture)

    assert reply.text == texts.NO_PICTURE


@pytest.mark.parametrize("actor", [LI, replace(CLERK, role=Role.ADMINISTRATOR)])
async def test_others_see_no_queue(office, actor):
    with pytest.raises(NotFound):
        await office.checks.queue(actor)
    with pytest.raises(NotFound):
        await office.checks.review(actor, "any", Review.FRAUD)


async def test_checked_texts_go_with_the_talks(office):
    await tell(office, f"查 {UNCLEAR}")
    async with office.store.begin() as work:
        person = await work.people.by_openid(APPID, "o-li")
        await office.privacy.take_back(work, person.id, Wish.TALKS)
        (request,) = await work.privacy.erasures(person.id)

    await office.privacy.erase(EraseData(request.id))

    assert not await office.checks.queue(CLERK)
