"""Warnings of fraud for residents: is this one, and which do I want."""

from __future__ import annotations

import pytest

from domain.checks import Review
from domain.guarding import Scope
from domain.notices import NoticeKind
from tests.web.test_checks import UNCLEAR

CHECKS, WARNINGS = "/api/v1/my/checks", "/api/v1/my/warnings"
FRAUD = "我是公安局的，你涉嫌洗钱，请把钱转到安全账户"


async def looked(browser, text):
    async with browser.post(CHECKS, json={"text": text}) as answer:
        return await answer.json()


async def alarmed(office, openid):
    """Give number and name of whom an alarm called, for every case of a resident."""
    resident = await office.resident(openid)
    async with office.store.read() as work:
        return [
            (line.number, (await work.staff.get(one.to_staff)).name)
            for line in await office.desks.cases.mine(resident)
            for one in await work.notices.of_case(line.id)
            if one.kind is NoticeKind.ALARM
        ]


async def test_a_fraud_is_told_with_the_words_that_show_it(visitor):
    wang = await visitor(resident="o-wang")

    told = await looked(wang, FRAUD)

    assert told["verdict"] == "fraud"
    assert "安全账户" in told["script"]
    assert "安全账户" in told["words"]


async def test_despair_beside_a_fraud_calls_who_is_on_duty_and_says_whom(office, visitor):
    wang = await visitor(resident="o-wang")

    told = await looked(wang, "被骗光了，不想活了")

    ((number, called),) = await alarmed(office, "o-wang")
    assert told["danger"]
    assert told["called"].startswith(f"正在通知值班的{called}。")
    assert told["case_number"] == number


async def test_a_threat_that_was_sent_to_somebody_rings_as_in_the_chat(visitor):
    wang = await visitor(resident="o-wang")

    told = await looked(wang, "今天不转账，我就拿刀去杀你全家")

    assert told["danger"]
    assert told["called"]


async def test_the_guardian_hears_of_despair_that_is_written_on_a_page(office, visitor):
    wang, daughter = await office.resident("o-wang"), await office.resident("o-zhang")
    guards = office.desks.warnings.guards
    async with office.store.begin() as work:
        given = await guards.invite(work, wang.id, (Scope.DANGER,))
        await guards.agree(work, daughter.id, given["guard_code"])

    await looked(await visitor(resident="o-wang"), "被骗光了，不想活了")

    async with office.store.read() as work:
        told = await work.notices.of_person(daughter.id)
    assert [one.kind for one in told] == [NoticeKind.GUARD_DANGER]


async def test_danger_rings_also_when_too_much_was_asked_and_a_calm_text_does_not(office, visitor):
    wang = await visitor(resident="o-wang")
    calm = await looked(wang, FRAUD)
    for _ in range(29):
        await looked(wang, FRAUD)

    refused = await looked(wang, "我不想活了")

    assert (calm["danger"], calm["called"], calm["case_number"]) == (False, "", "")
    assert refused["code"] == "too-many-tries"
    assert len(await alarmed(office, "o-wang")) == 1


async def test_what_is_unclear_waits_for_a_human_whose_word_the_next_one_hears(office, visitor):
    wang, zhang = await visitor(resident="o-wang"), await visitor(resident="o-zhang")
    first = await looked(wang, UNCLEAR)
    clerk = await office.staff("fenpai")
    (waiting,) = await office.desks.checks.queue(clerk)
    await office.desks.checks.review(clerk, waiting.id, Review.FRAUD, "别理它")

    second = await looked(zhang, UNCLEAR)

    assert (first["verdict"], first["script"], first["words"]) == ("unsure", "", [])
    assert "陈晓分" in second["reviewed"]
    assert second["others"].startswith("还有1个人")


@pytest.mark.parametrize("text", ["", " ", "好", "长" * 2001])
async def test_a_text_has_a_length(visitor, text):
    wang = await visitor(resident="o-wang")

    assert (await looked(wang, text))["status"] == 422


async def test_too_many_questions_of_one_person_are_refused(visitor):
    wang, zhang = await visitor(resident="o-wang"), await visitor(resident="o-zhang")

    for _ in range(30):
        await looked(wang, FRAUD)

    assert (await looked(wang, FRAUD))["code"] == "too-many-tries"
    assert (await looked(zhang, FRAUD))["verdict"] == "fraud"


async def test_warnings_are_wanted_changed_and_no_longer_wanted(visitor):
    wang, zhang = await visitor(resident="o-wang"), await visitor(resident="o-zhang")
    told = []

    for topics in (["jobs", "money"], ["money"], []):
        async with wang.put(WARNINGS, json={"topics": topics}) as answer:
            told.append((await answer.json())["topics"])
    async with wang.get(WARNINGS) as answer:
        after = await answer.json()
    async with zhang.get(WARNINGS) as answer:
        others = await answer.json()

    assert told == [["jobs", "money"], ["money"], []]
    assert (after["topics"], others["topics"]) == ([], [])
    assert "退订" in after["consent"][0]


async def test_only_residents_ask_and_choose(visitor):
    stranger, clerk = await visitor(), await visitor(staff="fenpai")

    for other in (stranger, clerk):
        assert (await other.post(CHECKS, json={"text": FRAUD})).status == 401
        assert (await other.put(WARNINGS, json={"topics": ["all"]})).status == 401
