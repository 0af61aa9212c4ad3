"""The twelve defects of wechatpy 1.8.18, each shown to be none of ours.

Those of its parser, crypto and replies against ``bot/wechat.py``, those of its HTTP client against
``bot/client.py``, which we use in its place.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import xmltodict
from aiohttp import web
from wechatpy.replies import TextReply

from bot.client import Bases, WeChatClient
from bot.saying import as_text
from bot.tokens import TokensInMemory
from bot.wechat import BadPush, Push, open_push
from domain.conversations import Link, MessageKind, Reply
from domain.platform import PlatformToken
from domain.ports.outside import Refusal
from tests.bot.office import MovableClock, an_office
from tests.bot.platform import (
    ACCOUNT,
    NOW,
    OTHER_KEY,
    Delivery,
    decrypt,
    deliver,
    sign,
    text_message,
)
from tests.bot.serving import a_web_process
from tests.stores import sqlite_url

SAY = "/cgi-bin/message/custom/send"
MOMENT = datetime.fromtimestamp(NOW, UTC)


def received(delivery: Delivery) -> Push:
    return open_push(ACCOUNT, delivery.query, delivery.body, now=MOMENT)


def answered(push: Push, text: str) -> dict[str, str]:
    """Open our answer as the platform does."""
    sealed = xmltodict.parse(push.answer(text, at=MOMENT))["xml"]["Encrypt"]
    inner = decrypt(sealed, aes_key=ACCOUNT.encoding_aes_key)
    return dict(xmltodict.parse(inner)["xml"])


@dataclass
class Platform:
    """Counts what is asked; refuses every token it is told to refuse."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    refuses: Callable[[str], bool] = lambda _: False

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path.endswith("token"):
            await asyncio.sleep(0.01)
            told: dict[str, Any] = {"access_token": f"t{len(self.asked)}", "expires_in": 7200}
        elif self.refuses(request.query["access_token"]):
            told = {"errcode": 40001, "errmsg": "invalid credential"}
        else:
            told = {"errcode": 0, "errmsg": "ok"}
        return web.Response(text=json.dumps(told))

    def count(self, path: str) -> int:
        return self.asked.count(path)


@pytest.fixture
async def platform(aiohttp_server):
    played = Platform()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", played.handle)
    played.url = str((await aiohttp_server(app)).make_url("")).rstrip("/")
    return played


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


def a_client(platform: Platform, session: Any, **wanted: Any) -> WeChatClient:
    clock = wanted.pop("clock", MovableClock())
    tokens = TokensInMemory(clock=clock)
    usual = {"appid": "wx1", "secret": "s", "clock": clock, "tokens": tokens}
    return WeChatClient(session=session, bases=Bases(api=platform.url), **{**usual, **wanted})


async def test_defect_1_a_token_refused_for_good_is_renewed_once(platform, session):
    """There: 488 calls and 488 tokens, then RecursionError."""
    platform.refuses = lambda _token: True

    with pytest.raises(Refusal, match="40001"):
        await a_client(platform, session).send_text("o-li", "您好")

    assert platform.asked == ["/cgi-bin/stable_token", SAY, "/cgi-bin/stable_token", SAY]


async def test_defect_2_callers_at_a_cold_start_share_one_token(platform, session):
    """There: 20 threads fetched 300 tokens."""
    client = a_client(platform, session)

    await asyncio.gather(*(client.send_text("o-li", "您好") for _ in range(20)))

    assert (platform.count("/cgi-bin/stable_token"), platform.count(SAY)) == (1, 20)


async def test_defect_3_the_end_of_a_token_is_shared_with_it(platform, session):
    """There: each process renews though the shared storage is fresh."""
    tokens = TokensInMemory(clock=MovableClock())

    await a_client(platform, session, tokens=tokens).send_text("o-li", "您好")
    await a_client(platform, session, tokens=tokens).send_text("o-li", "您好")

    assert platform.count("/cgi-bin/stable_token") == 1


@dataclass
class NotedSession:
    """Notes how long each request may take."""

    session: aiohttp.ClientSession
    timeouts: list[aiohttp.ClientTimeout | None] = field(default_factory=list)

    def request(self, *told: Any, **wanted: Any) -> Any:
        self.timeouts.append(wanted.get("timeout"))
        return self.session.request(*told, **wanted)


async def test_defect_4_a_token_ends_and_so_does_every_wait(platform, session):
    """There: the storage ignores how long a token lives, and no request has a time-out."""
    clock, noted = MovableClock(), NotedSession(session)
    old = PlatformToken(text="old", ends_at=clock())
    tokens = TokensInMemory(clock=clock, held={"wx1": old})

    await a_client(platform, noted, clock=clock, tokens=tokens).send_text("o-li", "您好")

    assert platform.asked == ["/cgi-bin/stable_token", SAY]
    assert [0 < (one.total or 0) <= 20 for one in noted.timeouts if one] == [True, True]


def test_defect_5_words_cannot_become_markup_of_a_reply():
    """There: CDATA is pasted around a text that may end it."""
    hostile = "x]]></Content><MsgType><![CDATA[news]]></MsgType><Content><![CDATA[y"
    theirs = xmltodict.parse(TextReply(content=hostile).render())["xml"]

    ours = answered(received(deliver(text_message())), hostile)

    assert isinstance(theirs["MsgType"], list)
    assert (ours["MsgType"], ours["Content"]) == ("text", hostile)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"<xml/>",
        b"<other/>",
        b"<xml><Content>no type</Content></xml>",
        b"<xml><MsgType>text</MsgType><MsgType>event</MsgType></xml>",
        "<xml><Content>汉字</Content></xml>".encode("gbk"),
        b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>",
        b"{",
        b"null",
        b"[" * 60000,
    ],
)
def test_defect_6_whatever_cannot_be_read_is_one_error(message):
    """There: None, ExpatError, KeyError, TypeError, AttributeError, UnicodeDecodeError ..."""
    with pytest.raises(BadPush):
        received(deliver(message))


def test_defect_6_a_readable_push_can_always_be_printed():
    """There: repr of 20,000 nested tags raises RecursionError while it is logged."""
    deep = text_message().replace("<![CDATA[我要反映纠纷]]>", "<a>" * 3000 + "</a>" * 3000)

    assert "o-li" in repr(received(deliver(deep)))


def test_defect_7_entities_are_refused_and_fields_are_always_text():
    """There: a nested tag makes the content a dict, an empty one None, blanks are cut off."""
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>&a;</xml>'
    nested = text_message().replace("<![CDATA[我要反映纠纷]]>", "<b>bold</b>")
    empty = text_message().replace("<![CDATA[我要反映纠纷]]>", "")

    texts = [received(deliver(one)).incoming.text for one in (nested, empty, text_message(" 漏 "))]

    assert texts == ["", "", " 漏 "]
    with pytest.raises(BadPush, match="shape"):
        received(deliver(entity))


async def test_defect_8_a_push_is_fresh_and_its_stamp_is_used_for_one_message(
    tmp_path, aiohttp_client
):
    """There: signatures are compared in varying time, never too old, and replayed at will."""
    with pytest.raises(BadPush, match="signature"):
        open_push(ACCOUNT, {"encrypt_type": "aes"}, deliver(text_message()).body, now=MOMENT)
    with pytest.raises(BadPush, match="time"):
        received(deliver(text_message(), at=NOW - 301))

    async with an_office(sqlite_url(tmp_path)) as office:
        client = await aiohttp_client(a_web_process(office.desk, office.clock))
        statuses = [
            (await client.post("/wechat/official", params=one.query, data=one.body)).status
            for one in (deliver(text_message(msg_id="1")), deliver(text_message(msg_id="2")))
        ]
        await client.close()
    assert statuses == [200, 403]


@pytest.mark.parametrize(
    "wrong",
    [
        {"padding": 0},
        {"padding": 33},
        {"padding": 255},
        {"appid": "wx-other"},
        {"aes_key": OTHER_KEY},
    ],
)
def test_defect_9_padding_appid_and_key_are_checked(wrong):
    """There: the padding byte is believed."""
    with pytest.raises(BadPush, match="crypto"):
        received(deliver(text_message(), **wrong))


async def test_defect_10_the_token_is_the_stable_one(platform, session):
    """There: only cgi-bin/token, each fetch of which ends the token of every other process."""
    await a_client(platform, session).check()

    assert platform.asked == ["/cgi-bin/stable_token"]


def test_defect_11_an_answer_is_one_text_however_many_links_it_has():
    """There: ten articles, where WeChat takes one."""
    links = tuple(Link(title=f"第{n}页", url=f"https://a/{n}") for n in range(10))

    ours = answered(received(deliver(text_message())), as_text(Reply(text="您好", links=links)))

    assert ours["MsgType"] == "text"
    assert "ArticleCount" not in ours
    assert ours["Content"].count("https://a/") == 10


def test_defect_12_degrees_are_numbers_and_an_event_needs_no_message_number():
    """There: degrees are text, and the id of every event is 0."""
    place = sent("location", "<Location_X>29.7</Location_X><Location_Y>120.2</Location_Y>")
    taps = [sent("event", f"<Event>CLICK</Event><EventKey>{key}</EventKey>") for key in "AB"]

    assert place.kind is MessageKind.LOCATION
    assert isinstance(place.latitude, float)
    assert taps[0].key != taps[1].key


def sent(kind: str, fields: str) -> Any:
    return received(
        deliver(
            f"<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName>"
            f"<CreateTime>{NOW}</CreateTime><MsgType>{kind}</MsgType>{fields}</xml>"
        )
    ).incoming


def test_the_signature_of_the_tests_is_written_apart_from_ours():
    assert sign("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
