"""What people read in large print and listen to: long answers, a case, their own data."""

from __future__ import annotations

import pytest

from domain.conversations import Incoming, Link, MessageKind, Reply
from domain.long_answers import LONG_ANSWER, lead_to_its_page, name_of

LONG = "您的事已经登记，编号是〔2026〕枫综字第0001号。" + "工作人员会打电话给您。" * 20
SHORT = "好的。"
DOOR = Link(title="看大字、听一听", url="https://mediate.example/care?on=1&next=/m/said")


async def answered(office, openid, key, text):
    """The chat answered somebody's message."""
    await office.resident(openid)
    incoming = Incoming(
        key=key,
        appid=office.settings.centre.official_appid,
        openid=openid,
        kind=MessageKind.TEXT,
        sent_at=office.clock(),
        text="进度",
    )
    async with office.store.begin() as work:
        await work.inbox.finish(incoming, lead_to_its_page(Reply(text=text), DOOR, key=key))


@pytest.fixture
async def wang(office, visitor):
    await answered(office, "wang", "m-1", LONG)
    await answered(office, "wang", "m-2", SHORT)
    return await visitor(resident="wang")


async def test_long_answers_alone_are_there_to_be_read_again(wang):
    assert len(SHORT) < LONG_ANSWER < len(LONG)

    page = await (await wang.get("/m/said")).text()
    listed = (await (await wang.get("/api/v1/my/answers")).json())["items"]

    assert LONG in page
    assert SHORT not in page
    assert [one["text"] for one in listed] == [LONG]


async def test_a_tapped_link_opens_its_own_answer_and_no_other(wang, office, visitor):
    earlier, asked = f"先说的：{LONG}", f"/m/said/{name_of('m-1')}"
    await answered(office, "wang", "m-3", earlier)
    stranger = await visitor(resident="zhao")

    page = await (await wang.get(asked)).text()

    assert LONG in page
    assert earlier not in page
    assert (await stranger.get(asked)).status == 404


async def test_the_link_of_an_older_answer_opens_it_still(wang, office):
    for day in range(12):
        await answered(office, "wang", f"m-later-{day}", f"第{day}次：{LONG}")

    page = await wang.get(f"/m/said/{name_of('m-1')}")

    assert page.status == 200
    assert f">{LONG}<" in await page.text()


async def test_an_answer_is_heard_by_whom_it_was_given_alone(wang, office, visitor):
    stranger = await visitor(resident="zhao")
    (said,) = (await (await wang.get("/api/v1/my/answers")).json())["items"]
    asking = f"/api/v1/my/answers/{said['id']}/spoken"
    sound = f"/m/my/answers/{said['id']}/spoken.mp3"

    first = await (await wang.post(asking)).json()
    await office.work()
    heard = await wang.get(sound)

    assert first == {"ready": False}
    assert (heard.status, heard.content_type) == (200, "audio/mpeg")
    assert (await stranger.post(asking)).status == 404
    assert (await stranger.get(sound)).status == 404


@pytest.mark.parametrize("what", ["my/data", "case"])
async def test_a_case_and_ones_own_data_are_heard_too(what, office, visitor):
    case_id = await office.accepted()
    wang, stranger = await visitor(resident="o-wang"), await visitor(resident="zhao")
    base = f"cases/{case_id}" if what == "case" else what

    asked = await wang.post(f"/api/v1/{base}/spoken")
    await office.work()
    heard = await wang.get(f"/m/{base}/spoken.mp3")
    others = await stranger.get(f"/m/{base}/spoken.mp3", allow_redirects=False)

    assert asked.status == 200
    assert (heard.status, heard.content_type) == (200, "audio/mpeg")
    assert others.status == 404
