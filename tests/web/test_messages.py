"""A resident's messages on the page and in the API, and what they let us send them."""

from __future__ import annotations

import pytest

from domain.notices import Delivery, Notice, NoticeKind, Way

MINE = "/api/v1/my/messages"
NUMBER = "〔2026〕枫综字第0001号"
ASKED = "/api/v1/my/subscriptions"


async def told(office, kind=NoticeKind.RATE, openid="wang"):
    """Something is posted to 王, and brought as far as it goes."""
    person = await office.resident(openid)
    async with office.store.begin() as work:
        await office.desks.notices.post(
            work,
            kind,
            case_id=None,
            to_person=person.id,
            facts={"number": NUMBER},
        )
    await office.work()
    return person


async def test_a_resident_reads_what_they_were_told_and_it_counts_as_seen(office, visitor):
    await told(office)
    wang = await visitor(resident="wang")

    async with wang.get("/m/") as answer:
        home = await answer.text()
    async with wang.get("/m/messages") as answer:
        page = await answer.text()
    async with wang.get("/m/") as answer:
        again = await answer.text()

    assert "（1 条新的）" in home
    assert "请给服务打分" in page
    assert NUMBER in page
    assert "条新的" not in again


async def test_a_program_lists_messages_and_says_which_were_seen(office, visitor):
    await told(office)
    wang = await visitor(resident="wang")

    async with wang.get(MINE) as answer:
        mine = await answer.json()
    async with wang.post(f"{MINE}/seen", json={"until": mine["items"][0]["id"]}) as answer:
        assert answer.status == 204
    async with wang.get(MINE) as answer:
        after = await answer.json()

    assert (mine["unread"], after["unread"]) == (1, 0)
    assert mine["items"][0]["title"] == "请给服务打分"
    assert (mine["items"][0]["seen"], after["items"][0]["seen"]) == (False, True)


@pytest.mark.parametrize(
    ("kind", "way", "doubt"),
    [
        (NoticeKind.RATE, Way.SUBSCRIBED, "这条可能没有送到您的微信。"),
        (NoticeKind.RATE, Way.SMS, "这条短信可能没有送到您的手机。"),
        (
            NoticeKind.ANSWER,
            Way.CHAT,
            "这条可能没有送到您的微信。没看到的话，请在聊天里再问一次。",
        ),
    ],
)
async def test_what_may_be_lost_says_so_in_plain_words(office, visitor, kind, way, doubt):
    person = await told(office)
    await lost(office, person, kind, way)
    wang = await visitor(resident="wang")

    async with wang.get(MINE) as answer:
        first, second = (await answer.json())["items"]
    async with wang.get("/m/messages") as answer:
        page = await answer.text()

    doubts = {one["id"]: one["doubt"] for one in (first, second)}
    assert doubts.pop("lost") == doubt
    assert list(doubts.values()) == [""]
    assert page.count("可能没有送到") == page.count(doubt) == 1


async def lost(office, person, kind, way):
    """One more notice left by a way that gave no answer."""
    notice = Notice(
        id="lost",
        kind=kind,
        case_id=None,
        to_person=person.id,
        facts={"number": NUMBER},
        made_at=office.clock(),
        state=Delivery.UNKNOWN,
        way=way,
    )
    async with office.store.begin() as work:
        await work.notices.add(notice)


async def test_nobody_reads_the_messages_of_others(office, visitor):
    await told(office)
    liu, stranger = await visitor(resident="liu"), await visitor()

    async with liu.get(MINE) as answer:
        assert (await answer.json())["items"] == []
    async with stranger.get(MINE) as answer:
        assert answer.status == 401


async def test_a_message_of_somebody_else_is_not_there(office, visitor):
    person = await told(office)
    async with office.store.read() as work:
        (theirs,) = await work.notices.of_person(person.id)
    liu = await visitor(resident="liu")

    async with liu.get(MINE, params={"after": theirs.id}) as known:
        of_others = (known.status, (await known.json())["code"])
    async with liu.get(MINE, params={"after": "nothing"}) as missing:
        of_nobody = (missing.status, (await missing.json())["code"])

    assert of_others == of_nobody == (404, "not-found")


async def test_the_phone_asks_once_and_tells_what_was_answered(office, visitor):
    await office.mini_account("wang")
    wang = await visitor(resident="wang")
    async with wang.get(ASKED) as answer:
        before = await answer.json()

    told = {"tap": "t1", "results": {"S-rate": "accept"}}
    async with wang.post(ASKED, json=told) as answer:
        assert answer.status == 204
    async with wang.get(ASKED) as answer:
        after = await answer.json()

    assert (before["templates"], after["templates"]) == (["S-rate"], [])


@pytest.mark.parametrize(
    "told",
    [
        {"tap": "t1"},
        {"tap": "", "results": {}},
        {"tap": "t1", "results": {"S rate": "accept"}},
        {"tap": "t1", "results": {"S-rate": 1}},
    ],
)
async def test_what_makes_no_sense_is_refused(visitor, told):
    wang = await visitor(resident="wang")

    async with wang.post(ASKED, json=told) as answer:
        assert answer.status == 422
