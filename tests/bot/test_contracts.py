"""What chat, SMS gateway and words promise: ours keep it at the platform, and so do the fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.sms import SmsGateway
from bot.words import NoticeWords
from domain.conversations import Reply
from domain.notices import NoticeKind
from domain.ports.outside import Chat, Refusal, Sms, Words
from domain.templates import Card, Template
from tests.bot import test_with_simulator as platform
from tests.fakes import FakeChat, FakeSms, FakeWords

office, product, world = platform.office, platform.product, platform.world
product_port, simulator_url = platform.product_port, platform.simulator_url
PHONE = "+8612000000019"


@dataclass
class Line:
    """A way to reach people, and what they got."""

    way: Chat | Sms
    got: Callable[[str], Awaitable[list[str]]]
    somebody: str = PHONE


@pytest.fixture(params=["ours", "fake"])
async def texts(request, world):
    fake = FakeSms()
    ours = SmsGateway(
        session=world.http,
        url=f"{world.url}/sms/send",
        key="simulated-sms-key",
        clock=world.office.clock,
    )

    async def at_the_phone(number):
        address = f"{world.url}/_sim/phones/{number.replace('+', '%2B')}/sms"
        async with world.http.get(address) as answer:
            return [one["text"] for one in (await answer.json())["sms"]]

    async def in_the_fake(number):
        return fake.to(number)

    return Line(ours, at_the_phone) if request.param == "ours" else Line(fake, in_the_fake)


@pytest.fixture(params=["ours", "fake"])
async def chat(request, world):
    fake, follower = FakeChat(), await world.follower()
    await world.says(follower, "您好")

    async def at_the_phone(openid):
        return [str(one) for one in await world.inbox(openid)]

    async def in_the_fake(openid):
        return [title for title, _ in fake.to(openid)]

    if request.param == "ours":
        return Line(world.chat, at_the_phone, follower)
    return Line(fake, in_the_fake, follower)


async def test_an_sms_with_the_same_key_is_one_sms(texts, request):
    key = request.node.name
    before = await texts.got(PHONE)

    await texts.way.send(key=key, to=PHONE, text="【枫溪】您好")
    await texts.way.send(key=key, to=PHONE, text="【枫溪】您好")
    await texts.way.send(key=f"{key}-2", to=PHONE, text="【枫溪】再见")

    fresh = [one for one in await texts.got(PHONE) if one not in before]
    assert sorted(fresh) == sorted(["【枫溪】您好", "【枫溪】再见"])


async def test_what_is_said_arrives_in_order(chat):
    for words in ("第一句", "第二句"):
        await chat.way.say(key=words, openid=chat.somebody, reply=Reply(text=words))

    last = (await chat.got(chat.somebody))[-2:]
    assert ["第一句" in last[0], "第二句" in last[1]] == [True, True]


async def test_a_notice_with_the_same_key_is_one_notice(chat):
    for _ in range(2):
        await chat.way.notify(
            key="contract",
            openid=chat.somebody,
            card=Card(template=Template(id="T1"), title="调解时间已定", lines={}, url="http://x"),
        )

    got = [one for one in await chat.got(chat.somebody) if "调解时间已定" in one]
    assert len(got) == 1


async def test_of_whoever_does_not_follow_nothing_is_known(chat, world):
    assert await chat.way.unionid(await world.openid()) == ""


async def test_a_medium_that_is_gone_is_refused(chat):
    with pytest.raises(Refusal, match="40007"):
        await chat.way.fetch("gone")


@pytest.mark.parametrize("words", [NoticeWords(), FakeWords()], ids=["ours", "fake"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_notice_has_words_both_ways(words: Words, kind):
    facts = {"number": "〔2026〕枫综字第0001号", "url": "https://m/x", "code": "123456"}

    title, lines = words.notice(kind, facts)

    assert words.sms(kind, facts)
    assert title
    assert all(isinstance(one, str) for pair in lines.items() for one in pair)
