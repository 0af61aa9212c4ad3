from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.codes import LoginCode, Purpose, Session, Token
from domain.errors import DomainError, Expired, NotFound, TooManyTries, WrongCredentials
from domain.ids import CaseId, StaffId
from storage.store import SqlStore
from tests.storage.samples import LI, NOW

SOON = NOW + timedelta(minutes=5)


def a_token(**told: Any) -> Token:
    known: dict[str, Any] = {
        "purpose": Purpose.TICKET,
        "subject": "meeting-1",
        "case_id": CaseId("case-1"),
        "person_id": LI,
        "participant": "a1",
        "expires_at": SOON,
    }
    return Token(**{**known, **told})


def a_code(**told: Any) -> LoginCode:
    known: dict[str, Any] = {
        "phone_index": "index-of-li",
        "person_id": LI,
        "code_hash": "hash-of-123456",
        "expires_at": SOON,
    }
    return LoginCode(**{**known, **told})


def a_session(**told: Any) -> Session:
    known: dict[str, Any] = {
        "id_hash": "s1",
        "person_id": LI,
        "staff_id": "",
        "role": "",
        "made_at": NOW,
        "seen_at": NOW,
        "ends_at": NOW + timedelta(hours=8),
        "how": "sms",
    }
    return Session(**{**known, **told})


async def test_a_token_means_what_it_was_made_for(store: SqlStore):
    async with store.begin() as work:
        await work.tokens.add("secret", a_token())

    async with store.read() as work:
        assert await work.tokens.find(Purpose.TICKET, "secret") == a_token()
        with pytest.raises(NotFound):
            await work.tokens.find(Purpose.ROOM, "secret")
        with pytest.raises(NotFound):
            await work.tokens.find(Purpose.TICKET, "other")


async def test_a_double_click_uses_a_ticket_once(store: SqlStore, second_store: SqlStore):
    async with store.begin() as work:
        await work.tokens.add("secret", a_token())

    async def click(through: SqlStore) -> str:
        try:
            async with through.begin() as work:
                used = await work.tokens.use(Purpose.TICKET, "secret", at=NOW)
        except Expired:
            return "over"
        return f"in at {used.used_at}"

    outcomes = await asyncio.gather(click(store), click(second_store))

    assert sorted(outcomes) == [f"in at {NOW}", "over"]


@pytest.mark.parametrize("late_by", [0, 1])
async def test_an_old_token_is_found_but_not_used(store: SqlStore, late_by: int):
    async with store.begin() as work:
        await work.tokens.add("secret", a_token())

    async with store.begin() as work:
        with pytest.raises(Expired):
            await work.tokens.use(Purpose.TICKET, "secret", at=SOON + timedelta(seconds=late_by))
        assert (await work.tokens.find(Purpose.TICKET, "secret")).used_at is None


async def test_revoked_tokens_do_not_exist(store: SqlStore):
    async with store.begin() as work:
        await work.tokens.add("secret", a_token())
        await work.tokens.add("other", a_token(subject="meeting-2"))
        await work.tokens.revoke(Purpose.TICKET, "meeting-1")

    async with store.begin() as work:
        with pytest.raises(NotFound):
            await work.tokens.find(Purpose.TICKET, "secret")
        with pytest.raises(NotFound):
            await work.tokens.use(Purpose.TICKET, "secret", at=NOW)
        assert (await work.tokens.find(Purpose.TICKET, "other")).subject == "meeting-2"


async def test_printing_a_case_code_again_is_not_issuing_it_again(store: SqlStore):
    code = a_token(purpose=Purpose.CASE, subject="case-1", expires_at=None)
    async with store.begin() as work:
        await work.tokens.add("first", code, keep_text=True)
        await work.tokens.revoke(Purpose.CASE, "case-1")
        await work.tokens.add("second", code, keep_text=True)

    async with store.read() as work:
        assert await work.tokens.text(Purpose.CASE, "case-1") == "second"
        with pytest.raises(NotFound):
            await work.tokens.text(Purpose.PAPER, "case-1")


async def test_a_ticket_keeps_no_text(store: SqlStore):
    async with store.begin() as work:
        await work.tokens.add("secret", a_token())

    async with store.read() as work:
        with pytest.raises(NotFound):
            await work.tokens.text(Purpose.TICKET, "meeting-1")


async def attempt(store: SqlStore, code_hash: str, **when: Any) -> str:
    async with store.begin() as work:
        try:
            return await work.logins.try_code("index-of-li", code_hash, at=when.get("at", NOW))
        except DomainError as refusal:
            return refusal.code


async def test_the_right_code_lets_in_once(store: SqlStore):
    async with store.begin() as work:
        await work.logins.keep_code(a_code())

    assert await attempt(store, "hash-of-123456") == LI
    assert await attempt(store, "hash-of-123456") == Expired.code


async def test_after_five_wrong_tries_the_right_code_is_too_late(store: SqlStore):
    async with store.begin() as work:
        await work.logins.keep_code(a_code())

    tried = [await attempt(store, "wrong") for _ in range(5)]

    assert tried == [WrongCredentials.code] * 5
    assert await attempt(store, "hash-of-123456") == TooManyTries.code


async def test_tries_at_the_same_moment_all_count(store: SqlStore, second_store: SqlStore):
    async with store.begin() as work:
        await work.logins.keep_code(a_code())

    tried = await asyncio.gather(*(attempt(one, "wrong") for one in (store, second_store) * 5))

    assert sorted(tried) == [TooManyTries.code] * 5 + [WrongCredentials.code] * 5


async def test_a_new_code_makes_the_old_one_worthless(store: SqlStore):
    async with store.begin() as work:
        await work.logins.keep_code(a_code(code_hash="old", tries=5))
        await work.logins.keep_code(a_code(code_hash="new"))

    assert await attempt(store, "old") == WrongCredentials.code
    assert await attempt(store, "new") == LI


async def test_an_old_code_and_an_unknown_number_are_refused(store: SqlStore):
    async with store.begin() as work:
        await work.logins.keep_code(a_code())
        with pytest.raises(WrongCredentials):
            await work.logins.try_code("nobody", "x", at=NOW)

    assert await attempt(store, "hash-of-123456", at=SOON) == Expired.code


async def test_attempts_in_the_same_moment_all_count(store: SqlStore, second_store: SqlStore):
    async def count(through: SqlStore) -> int:
        async with through.begin() as work:
            return await work.logins.count("li", at=NOW, window_seconds=60)

    counted = await asyncio.gather(*(count(one) for one in (store, second_store) * 4))

    assert sorted(counted) == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_attempts_are_counted_within_their_window(store: SqlStore):
    async def count(name: str, after_seconds: int) -> int:
        async with store.begin() as work:
            at = NOW + timedelta(seconds=after_seconds)
            return await work.logins.count(name, at=at, window_seconds=60)

    assert [await count("li", at) for at in (0, 10, 20)] == [1, 2, 3]
    assert await count("wang", 20) == 1
    assert await count("li", 65) == 3
    assert await count("li", 200) == 1
    async with store.begin() as work:
        await work.logins.forget("li")
    assert await count("li", 201) == 1


async def test_a_session_is_seen_and_ended(store: SqlStore):
    async with store.begin() as work:
        await work.logins.open(a_session())
        await work.logins.see("s1", at=SOON)
        await work.logins.see("s1", at=NOW)

    async with store.begin() as work:
        assert await work.logins.session("s1") == a_session(seen_at=SOON)
        assert await work.logins.session("none") is None
        await work.logins.revoke("s1")

    async with store.read() as work:
        assert await work.logins.session("s1") == replace(a_session(seen_at=SOON), revoked=True)


async def test_every_session_of_somebody_ends_at_once(store: SqlStore):
    async with store.begin() as work:
        await work.logins.open(a_session(id_hash="s1", staff_id="zhou"))
        await work.logins.open(a_session(id_hash="s2", staff_id="zhou"))
        await work.logins.open(a_session(id_hash="s3", staff_id="sun"))
        await work.logins.revoke_staff(StaffId("zhou"))

    async with store.read() as work:
        kept = [await work.logins.session(one) for one in ("s1", "s2", "s3")]

    assert [one.revoked for one in kept if one] == [True, True, False]
