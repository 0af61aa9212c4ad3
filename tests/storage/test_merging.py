"""Two people become one: everything that named the one names the other, nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.codes import LoginCode, Purpose, Rating, Session, Token
from domain.errors import Expired, NotFound, Stale, WrongCredentials
from domain.guarding import Subscription, Topic
from domain.history import Event
from domain.ids import CaseId, MediaId, MeetingId, ObligationId, PersonId, QuestionId
from domain.media import Medium
from domain.notices import Notice, NoticeKind
from domain.obligations import Obligation
from domain.people import WeChatIdentity
from domain.questions import Question
from domain.scope import EVERYTHING, Scope
from storage import merging
from storage.schema import SCHEMA
from storage.store import SqlStore
from tests.storage.samples import (
    LI,
    NOW,
    WANG,
    a_case,
    a_draft,
    a_meeting,
    a_person,
    an_event,
)

CASE = CaseId("case-1")
STAYS = PersonId("li-too")
MERGED = Event(subject=STAYS, case_id=CASE, kind="person.merged", by="system", at=NOW, detail={})


async def settle(store: SqlStore) -> None:
    """李 has everything a resident can have; the other account of theirs has nothing yet."""
    async with store.begin() as work:
        await work.people.add(a_person())
        await work.people.add(a_person(STAYS, name="", phone="", address=""))
        await work.people.link(WeChatIdentity(appid="mini", openid="o1", person_id=LI))
        await work.people.link(WeChatIdentity(appid="official", openid="o2", person_id=STAYS))
        await work.cases.add(a_case(), an_event())
        await work.meetings.add(a_meeting())
        await work.agreements.add(a_draft().confirm(LI, by=SYSTEM, at=NOW)[0])
        await work.obligations.add(a_promise())
        await work.notices.add(a_notice())
        await work.tokens.add("secret-1", an_invitation(), keep_text=True)
        await work.logins.open(a_session())
        await work.logins.keep_code(a_code())
        await work.ratings.add(Rating(case_id=CASE, person_id=LI, stars=5, words="", at=NOW))
        await work.media.add(a_medium())
        await work.questions.add(a_question())


def a_promise() -> Obligation:
    return Obligation(
        id=ObligationId("promise-1"),
        agreement_id=a_draft().id,
        case_id=CASE,
        clause=0,
        text="还钱",
        debtor=LI,
        creditor=WANG,
        due=NOW.date(),
    )


def a_notice() -> Notice:
    return Notice(
        id="notice-1", kind=NoticeKind.RATE, case_id=CASE, to_person=LI, facts={}, made_at=NOW
    )


def an_invitation() -> Token:
    return Token(purpose=Purpose.ROOM, subject=f"{CASE}/{LI}", case_id=CASE, person_id=LI)


def a_session() -> Session:
    return Session(
        id_hash="hash",
        person_id=LI,
        staff_id="",
        role="",
        made_at=NOW,
        seen_at=NOW,
        ends_at=NOW + timedelta(days=30),
        how="wechat",
    )


def a_code() -> LoginCode:
    return LoginCode(
        phone_index="index", person_id=LI, code_hash="h", expires_at=NOW + timedelta(minutes=5)
    )


def a_question() -> Question:
    return Question(
        id=QuestionId("question-1"), case_id=CASE, asked_by=LI, text="何时开会", asked_at=NOW
    )


def a_medium() -> Medium:
    return Medium(
        id=MediaId("medium-1"),
        person_id=LI,
        case_id=CASE,
        kind="image",
        appid="mini",
        platform_id="p",
        received_at=NOW,
    )


async def merge(store: SqlStore) -> None:
    async with store.begin() as work:
        gone, stays = await work.people.get(LI), await work.people.get(STAYS)
        whole = replace(stays, name=gone.name, phone=gone.phone, address=gone.address)
        await work.people.merge(gone, whole, MERGED)


async def test_everything_that_named_the_one_names_the_other(store: SqlStore):
    await settle(store)

    await merge(store)

    async with store.read() as work:
        case = await work.cases.get(CASE, Scope(person=STAYS))
        meeting = await work.meetings.get(MeetingId("meeting-1"))
        agreement = await work.agreements.get(a_draft().id)
        promise = await work.obligations.get(ObligationId("promise-1"))
        token = await work.tokens.find(Purpose.ROOM, "secret-1")
        session = await work.logins.session("hash")
        accounts = await work.people.identities(STAYS)
        assert await work.tokens.text(Purpose.ROOM, f"{CASE}/{STAYS}") == "secret-1"
        assert (await work.notices.get("notice-1")).to_person == STAYS
        assert (await work.media.get(MediaId("medium-1"))).person_id == STAYS
        assert [one.person_id for one in await work.ratings.of_case(CASE)] == [STAYS]
        assert [one.asked_by for one in await work.questions.of_case(CASE)] == [STAYS]
    assert case.reporter == STAYS
    assert {one.person_id for one in case.parties} == {STAYS, WANG}
    assert case.version == 1
    assert [one.person_id for one in meeting.attendees] == [STAYS, None]
    assert [one.person_id for one in agreement.signers] == [STAYS, WANG, None]
    assert getattr(agreement, "confirmed_by", ()) == (STAYS,)
    assert (promise.debtor, promise.creditor) == (STAYS, WANG)
    assert (token.person_id, session and session.person_id) == (STAYS, STAYS)
    assert {one.openid for one in accounts} == {"o1", "o2"}


async def test_the_old_name_leads_to_who_they_turned_out_to_be(store: SqlStore):
    await settle(store)

    await merge(store)

    async with store.begin() as work:
        found = await work.people.get(LI)
        by_phone = await work.people.by_phone("+8613800138000")
        assert await work.people.hold(LI) == STAYS
        assert await work.people.hold(STAYS) == STAYS
    assert found == by_phone == a_person(STAYS, version=1)


async def test_the_history_stays_and_tells_of_the_merge(store: SqlStore):
    await settle(store)

    await merge(store)

    async with store.read() as work:
        assert await work.cases.history(CASE) == [an_event(), MERGED]


async def test_a_code_that_was_on_its_way_is_worth_nothing_any_more(store: SqlStore):
    await settle(store)

    await merge(store)

    async with store.begin() as work:
        with pytest.raises((WrongCredentials, Expired)):
            await work.logins.try_code("index", "h", at=NOW)


async def test_somebody_who_is_merged_at_the_same_moment_is_merged_once(
    store: SqlStore, second_store: SqlStore
):
    await settle(store)
    async with second_store.read() as work:
        seen = await work.people.get(LI), await work.people.get(STAYS)

    await merge(store)

    with pytest.raises(Stale):
        async with second_store.begin() as work:
            await work.people.merge(*seen, MERGED)
    async with store.read() as work:
        assert [one.kind for one in await work.cases.history(CASE)].count("person.merged") == 1


async def test_who_has_a_thing_of_theirs_open_is_told_that_it_changed(store: SqlStore):
    await settle(store)
    async with store.read() as work:
        case = await work.cases.get(CASE, EVERYTHING)
        promise = await work.obligations.get(ObligationId("promise-1"))

    await merge(store)

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.cases.save(case)
    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.obligations.save(promise)


async def test_a_chain_of_people_is_one_person(store: SqlStore):
    await settle(store)
    await merge(store)
    async with store.begin() as work:
        await work.people.add(a_person("third", phone="", name="", address=""))

    async with store.begin() as work:
        third = await work.people.get(PersonId("third"))
        await work.people.merge(await work.people.get(STAYS), third)

    async with store.begin() as work:
        assert await work.people.hold(LI) == "third"
        assert (await work.people.get(LI)).id == "third"
        with pytest.raises(NotFound):
            await work.cases.get(CASE, Scope(person=LI))


def test_every_column_that_names_a_person_is_handed_over():
    names = ("to_person", "reporter", "debtor", "creditor", "merged_into", "asked_by")
    naming = {
        f"{table.name}.{column.name}"
        for table in SCHEMA.sorted_tables
        for column in table.columns
        if column.name in names or "person" in column.name
    }

    assert naming == merging.HANDED_OVER


async def test_what_both_chose_of_a_topic_is_chosen_once(store: SqlStore):
    await settle(store)
    async with store.begin() as work:
        for who, topic in ((LI, Topic.ALL), (STAYS, Topic.ALL), (LI, Topic.JOBS)):
            await work.guarding.subscribe(
                Subscription(person_id=who, topic=topic, consent="v", since=NOW)
            )

    await merge(store)

    async with store.read() as work:
        chosen = [one.topic for one in await work.guarding.subscriptions(STAYS)]
        assert await work.guarding.subscriptions(LI) == []
    assert chosen == [Topic.ALL, Topic.JOBS]
