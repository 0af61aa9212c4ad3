"""Warnings by choice, and a family member who is told what both sides agreed to."""

from __future__ import annotations

import re

import pytest

from bot.texts import chat
from bot.texts import guarding as texts
from domain.consents import GUARDING, WARNINGS
from domain.guarding import GuardState, Scope, Topic
from domain.jobs import EraseData
from domain.notices import NoticeKind
from domain.privacy import Wish
from services import words
from tests.bot.office import APPID, a_staffed_office, tell
from tests.factories import CLERK

FRAUD = "查 这里是公安局，你的银行卡涉嫌洗钱，请把钱转到安全账户核查"
DESPAIR = "我不想活了"
MOTHER, DAUGHTER = "o-li", "o-daughter"


@pytest.fixture
async def office(url):
    async with a_staffed_office(url, CLERK) as opened:
        yield opened


async def person_of(office, openid):
    async with office.store.read() as work:
        return await work.people.by_openid(APPID, openid)


async def told_to(office, openid):
    person = await person_of(office, openid)
    async with office.store.read() as work:
        notices = await work.notices.of_person(person.id)
    return [one.kind for one in reversed(notices)]


async def guards_of(office, openid):
    person = await person_of(office, openid)
    async with office.store.read() as work:
        return await work.guarding.of_person(person.id)


async def code_for(office, scope="3"):
    given = await tell(office, "家人守护", scope)
    (code,) = set(re.findall(r"\d{8}", given))
    return code


async def guarded(office, scope="3"):
    code = await code_for(office, scope)
    return await tell(office, f"守护{code}", "同意守护", openid=DAUGHTER)


async def test_a_topic_is_kept_with_time_and_consent_until_one_word(office):
    assert "就是同意我们" in await tell(office, "订阅")
    chosen_at = office.clock()
    assert "养老" in await tell(office, "2")
    person = await person_of(office, MOTHER)
    async with office.store.read() as work:
        (chosen,) = await work.guarding.subscriptions(person.id)
    assert (chosen.topic, chosen.consent, chosen.since, chosen.ended_at) == (
        Topic.ELDERLY,
        WARNINGS.version,
        chosen_at,
        None,
    )

    office.clock.moves(days=1)
    left_at = office.clock()
    assert await tell(office, "退订") == texts.UNSUBSCRIBED

    async with office.store.read() as work:
        (ended,) = await work.guarding.subscriptions(person.id)
    assert ended.ended_at == left_at


async def test_who_agrees_once_more_is_told_that_it_is_done(office):
    await guarded(office)

    assert await tell(office, "同意守护", openid=DAUGHTER) == texts.NOTHING_TO_AGREE
    assert [guard.state for guard in await guards_of(office, MOTHER)] == [GuardState.ACTIVE]


async def test_a_guard_begins_only_when_both_agreed_and_knew_to_what(office):
    code = await code_for(office, "1")
    asked = await tell(office, f"守护 {code}", openid=DAUGHTER)
    assert "请我们查的消息像诈骗" in asked
    assert "想不开" not in asked
    assert [one.state for one in await guards_of(office, MOTHER)] == [GuardState.INVITED]

    assert await tell(office, "同意守护", openid=DAUGHTER) == words.GUARD_AGREED

    (guard,) = await guards_of(office, DAUGHTER)
    assert (guard.state, guard.scopes) == (GuardState.ACTIVE, (Scope.FRAUD,))
    assert guard.consent == GUARDING.version
    assert await told_to(office, MOTHER) == [NoticeKind.GUARD_BEGUN]


async def test_the_guardian_hears_of_a_fraud_once_and_not_the_words(office):
    await guarded(office)

    await tell(office, FRAUD, FRAUD)

    assert await told_to(office, DAUGHTER) == [NoticeKind.GUARD_FRAUD]
    person = await person_of(office, DAUGHTER)
    async with office.store.read() as work:
        (notice,) = await work.notices.of_person(person.id)
    assert "安全账户" not in str(notice.facts)


@pytest.mark.parametrize(
    ("scope", "said", "heard"),
    [
        ("1", DESPAIR, []),
        ("2", DESPAIR, [NoticeKind.GUARD_DANGER]),
        ("2", FRAUD, []),
        ("3", FRAUD, [NoticeKind.GUARD_FRAUD]),
    ],
)
async def test_only_what_was_agreed_is_told(office, scope, said, heard):
    await guarded(office, scope)

    await tell(office, said)

    assert await told_to(office, DAUGHTER) == heard


async def test_violence_is_never_told_to_the_family_it_may_come_from(office):
    await guarded(office)

    await tell(office, "他拿着刀来了，说要杀了我")

    assert await told_to(office, DAUGHTER) == []


@pytest.mark.parametrize("who", [MOTHER, DAUGHTER])
async def test_either_side_ends_it_by_one_word_and_the_other_hears(office, who):
    await guarded(office)
    other = DAUGHTER if who == MOTHER else MOTHER

    assert await tell(office, "结束守护", openid=who) == words.GUARD_OVER

    assert NoticeKind.GUARD_ENDED in await told_to(office, other)
    await tell(office, FRAUD)
    assert NoticeKind.GUARD_FRAUD not in await told_to(office, DAUGHTER)


async def test_a_code_is_good_once_for_a_day_and_never_for_oneself(office):
    own = await code_for(office)
    assert words.NO_SUCH_CODE in await tell(office, f"守护{own}")
    await tell(office, f"守护{own}", "同意守护", openid=DAUGHTER)
    assert words.NO_SUCH_CODE in await tell(office, f"守护{own}", openid="o-other")

    old = await code_for(office)
    office.clock.moves(hours=25)
    assert words.NO_SUCH_CODE in await tell(office, f"守护{old}", openid="o-late")


async def test_guessing_codes_ends_after_ten_tries(office):
    for number in range(10):
        await tell(office, f"守护{number:08d}", openid="o-guess")
    code = await code_for(office)

    assert words.NO_SUCH_CODE in await tell(office, f"守护{code}", openid="o-guess")


async def test_a_report_goes_on_after_a_subscription(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")
    state = await office.talk_of(MOTHER)

    told = await tell(office, "订阅", "1")

    assert told.startswith("订好了")
    assert await office.talk_of(MOTHER) == state
    assert chat.PAUSED not in told


async def test_taking_consent_back_ends_the_guard_and_forgets_the_choice(office):
    await tell(office, "订阅", "1")
    await guarded(office)
    person = await person_of(office, MOTHER)
    async with office.store.begin() as work:
        await office.privacy.take_back(work, person.id, Wish.WARNINGS)
        (request,) = await work.privacy.erasures(person.id)

    await office.privacy.erase(EraseData(request.id))

    async with office.store.read() as work:
        assert await work.guarding.subscriptions(person.id) == []
        assert await work.guarding.of_person(person.id) == []
    assert NoticeKind.GUARD_ENDED in await told_to(office, DAUGHTER)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("结束守护", {"mother-guarded", "mother-guards"}),
        ("不要守护我", {"mother-guards"}),
        ("我不守护家人", {"mother-guarded"}),
        ("全部结束守护", set()),
    ],
)
async def test_whoever_guards_and_is_guarded_ends_only_what_they_mean(office, said, left):
    await guarded(office)
    given = await tell(office, "家人守护", "3", openid=DAUGHTER)
    (code,) = set(re.findall(r"\d{8}", given))
    await tell(office, f"守护{code}", "同意守护", openid=MOTHER)

    told = await tell(office, said, openid=MOTHER)

    mother = await person_of(office, MOTHER)
    going_on = {
        "mother-guarded" if guard.guarded == mother.id else "mother-guards"
        for guard in await guards_of(office, MOTHER)
    }
    assert going_on == left
    assert (told == words.GUARD_WHICH) is (said == "结束守护")
