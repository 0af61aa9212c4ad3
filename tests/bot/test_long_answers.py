"""The link to large print and listening: at every answer that turned out long, to that answer."""

from __future__ import annotations

import pytest

from bot.texts import chat as texts
from bot.texts import checks
from domain.actors import Resident
from domain.fraud import judge
from domain.long_answers import LONG_ANSWER
from services.said import SaidDesk
from tests.bot.office import APPID, an_office, message

FRAUD = "这里是公安局，你的银行卡涉嫌洗钱，请把钱转到安全账户核查"
REPORT = ("我要反映纠纷", "楼上漏水，说了两次不管", "枫桥路18号", "王大哥", "1", "跳过")


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        yield opened


async def tell(office, text):
    return await office.desk.receive(message(text, at=office.clock()))


def door(reply):
    """Where the link to large print leads, if there is one."""
    found = [link.url for link in reply.links if link.title == texts.LISTEN_LINK]
    return found[0].rsplit("=", 1)[1] if found else ""


async def at(office, path):
    """What stands there."""
    async with office.store.read() as work:
        person = await work.people.by_openid(APPID, "o-li")
    said = SaidDesk(store=office.store)
    return (await said.one(Resident(id=person.id), path.removeprefix("/m/said/"))).text


async def test_an_answer_whose_words_come_late_leads_to_itself_once_it_is_long(office):
    for text in REPORT:
        await tell(office, text)
    office.clock.moves(minutes=1)

    mine = await tell(office, "我的信息")

    assert len(mine.text) > LONG_ANSWER
    assert await at(office, door(mine)) == mine.text


async def test_an_answer_that_is_short_once_filled_leads_nowhere(office):
    dialogue_s = checks.answer(judge(FRAUD))

    told = await tell(office, f"查 {FRAUD}")

    assert len(told.text) <= LONG_ANSWER < len(dialogue_s)
    assert not door(told)


async def test_each_of_two_long_answers_leads_to_itself(office):
    first = await tell(office, "我的信息")
    for text in REPORT:
        office.clock.moves(minutes=1)
        await tell(office, text)

    second = await tell(office, "我的信息")

    assert first.text != second.text
    assert [await at(office, door(one)) for one in (first, second)] == [first.text, second.text]


async def test_in_danger_nothing_is_to_be_tapped_but_what_helps(office):
    told = await tell(office, "我不想活了")

    assert len(told.text) > LONG_ANSWER
    assert not door(told)
