"""The WeChat API client against a small platform of its own: tokens, errors, what is uncertain."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot import client as api
from bot.chat import WeChatChat
from bot.client import Bases, WeChatClient, next_day, next_minute
from bot.template_fields import mini_page
from bot.tokens import TokensInMemory
from domain.conversations import Link, Reply
from domain.errors import Unavailable
from domain.ports.outside import Refusal, Resting, Uncertain
from domain.templates import Card, Template
from tests.bot.office import NOON, MovableClock
from tests.fakes import FakeCodePictures
from tests.services.house import a_house
from tests.stores import sqlite_url


@dataclass
class Platform:
    """Hands out tokens and answers every other path as it is told."""

    url: str = ""
    tokens: list[str] = field(default_factory=lambda: [f"t{n}" for n in range(1, 50)])
    valid: set[str] = field(default_factory=set)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    token_calls: int = 0
    lifetime: int = 7200

    async def handle(self, request: web.Request) -> Any:
        if request.path == "/cgi-bin/stable_token":
            return await self.token(request)
        self.asked.append((request.path, await body_of(request)))
        if "access_token" in request.query and request.query["access_token"] not in self.valid:
            return told({"errcode": 40001, "errmsg": "invalid credential rid: 1"})
        answer = self.answers.get(request.path, {"errcode": 0, "errmsg": "ok"})
        if callable(answer):
            return await answer(request)
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="image/jpeg")
        return told(answer)

    async def token(self, request: web.Request) -> web.Response:
        self.token_calls += 1
        asked = await request.json()
        assert asked["grant_type"] == "client_credential"
        await asyncio.sleep(0)
        token = self.tokens.pop(0)
        self.valid = {token}
        return told({"access_token": token, "expires_in": self.lifetime})


def told(answer: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(answer, ensure_ascii=False))


async def body_of(request: web.Request) -> Any:
    if request.content_type == "multipart/form-data":
        sent = (await request.post())["media"]
        assert isinstance(sent, web.FileField)
        return sent.file.read()
    raw = await request.read()
    return json.loads(raw) if raw else dict(request.query)


@pytest.fixture
async def platform(aiohttp_server):
    played = Platform()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", played.handle)
    server = await aiohttp_server(app)
    played.url = str(server.make_url("")).rstrip("/")
    return played


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(platform, session):
    return a_client(platform.url, session)


@dataclass
class Pauses:
    """Lets no time pass, and remembers how long was to be waited."""

    waited: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def a_client(url, session, **wanted):
    clock = wanted.pop("clock", MovableClock())
    wanted.setdefault("tokens", TokensInMemory(clock=clock))
    wanted.setdefault("pause", Pauses())
    return WeChatClient(
        session=session,
        appid="wx1",
        secret="s",
        clock=clock,
        bases=Bases(api=url, open="https://open.example", mp="https://mp.example"),
        **wanted,
    )


async def test_many_callers_cause_one_token_request(platform, client):
    await asyncio.gather(*(client.send_text("o", "你好") for _ in range(200)))

    assert platform.token_calls == 1
    assert len(platform.asked) == 200


async def test_a_revoked_token_is_renewed_once_for_everybody(platform, client):
    await client.send_text("o", "你好")
    platform.valid = set()

    await asyncio.gather(*(client.send_text("o", "你好") for _ in range(50)))

    assert platform.token_calls == 2


async def test_a_token_never_taken_is_renewed_once_and_then_given_up(platform, client):
    platform.answers["/cgi-bin/message/custom/send"] = {"errcode": 40001, "errmsg": "bad"}

    with pytest.raises(Refusal) as caught:
        await client.send_text("o", "你好")

    assert caught.value.code == "40001"
    assert (platform.token_calls, len(platform.asked)) == (2, 2)


async def test_processes_share_a_token_and_its_end(platform, session):
    clock = MovableClock()
    tokens = TokensInMemory(clock=clock)
    one = a_client(platform.url, session, tokens=tokens, clock=clock)
    two = a_client(platform.url, session, tokens=tokens, clock=clock)

    await one.send_text("o", "你好")
    await two.send_text("o", "你好")
    clock.moves(seconds=7200 - 299)
    await two.send_text("o", "你好")
    await one.send_text("o", "你好")

    assert platform.token_calls == 2


async def test_words_reach_people_as_they_are(platform, client):
    await client.send_text("o-li", "王𬱖㛃 🙂 <b>")

    assert platform.asked == [
        (
            "/cgi-bin/message/custom/send",
            {"touser": "o-li", "msgtype": "text", "text": {"content": "王𬱖㛃 🙂 <b>"}},
        )
    ]


@pytest.mark.parametrize("code", [45015, 45047, 43004, 40003])
async def test_what_wechat_will_never_do_is_a_refusal(platform, client, code):
    platform.answers["/cgi-bin/message/custom/send"] = {"errcode": code, "errmsg": "no"}

    with pytest.raises(Refusal) as caught:
        await client.send_text("o", "你好")

    assert caught.value.code == str(code)


@pytest.mark.parametrize(("code", "until"), [(45011, next_minute), (45009, next_day)])
async def test_a_full_quota_rests_until_it_is_new_and_nothing_is_asked_meanwhile(
    platform, client, code, until
):
    clock = client.clock
    platform.answers["/cgi-bin/message/custom/send"] = {"errcode": code, "errmsg": "full"}
    with pytest.raises(Resting) as full:
        await client.send_text("o", "你好")
    platform.answers.clear()

    with pytest.raises(Resting):
        await client.send_text("o", "你好")
    calls = len(platform.asked)
    clock.now = full.value.until
    await client.send_text("o", "你好")

    assert full.value.until == until(NOON)
    assert calls == 1
    assert [one.code for one in client.tokens.rests] == [code]


def test_the_platform_s_day_begins_at_midnight_in_china():
    evening = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)

    assert next_day(evening) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert next_minute(evening) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


async def test_the_minute_of_one_person_who_logs_in_is_not_everybody_s(platform, client):
    platform.answers["/sns/jscode2session"] = {"errcode": 45011, "errmsg": "slower"}
    with pytest.raises(Unavailable):
        await client.login_miniprogram("c1")
    platform.answers["/sns/jscode2session"] = {"openid": "o-m", "session_key": "k"}

    assert (await client.login_miniprogram("c2")).openid == "o-m"


async def test_a_busy_platform_is_asked_again_with_growing_waits_if_that_does_no_harm(
    platform, client
):
    answers = iter([{"errcode": -1}, {"errcode": -1}, {"errcode": 0, "msgid": 7}])

    async def busy_twice(_request):
        return told(next(answers))

    platform.answers["/cgi-bin/message/template/send"] = busy_twice

    number = await client.send_template("o", "T", {"thing1": "x"}, url="", key="k")

    keys = {body["client_msg_id"] for _, body in platform.asked}
    first, second = client.pause.waited
    assert (number, keys) == ("7", {"k"})
    assert 0.1 < first < 0.5 <= second + 0.25


async def test_a_send_without_a_key_is_never_made_twice(platform, client):
    platform.answers["/cgi-bin/message/custom/send"] = {"errcode": -1, "errmsg": "system error"}

    with pytest.raises(Uncertain):
        await client.send_text("o", "你好")

    assert (len(platform.asked), client.pause.waited) == (1, [])


async def test_what_only_asks_waits_for_the_next_day_s_quota(platform, client):
    platform.answers["/cgi-bin/user/info"] = {"errcode": 45009, "errmsg": "reach max api daily"}

    with pytest.raises(Unavailable):
        await client.user("o")


async def test_a_busy_platform_may_have_sent_it(platform, client):
    platform.answers["/cgi-bin/message/custom/send"] = {"errcode": -1, "errmsg": "system error"}
    platform.answers["/cgi-bin/user/info"] = {"errcode": -1, "errmsg": "system error"}

    with pytest.raises(Uncertain):
        await client.send_text("o", "你好")
    with pytest.raises(Unavailable):
        await client.user("o")


async def test_a_connection_cut_after_sending_is_uncertain(platform, client):
    async def cut(request):
        request.transport.abort()
        return web.Response()

    platform.answers["/cgi-bin/message/custom/send"] = cut
    platform.answers["/cgi-bin/user/info"] = cut

    with pytest.raises(Uncertain):
        await client.send_text("o", "你好")
    with pytest.raises(Unavailable):
        await client.user("o")


async def test_a_bad_gateway_leaves_a_send_uncertain(platform, client):
    async def bad_gateway(_request):
        return web.Response(status=502)

    platform.answers["/cgi-bin/message/template/send"] = bad_gateway

    with pytest.raises(Uncertain):
        await client.send_template("o", "T", {"thing1": "x"}, url="", key="k")


async def test_a_platform_that_cannot_be_reached_did_nothing(session, unused_tcp_port):
    client = a_client(f"http://127.0.0.1:{unused_tcp_port}", session)

    with pytest.raises(Unavailable):
        await client.send_text("o", "你好")


async def test_a_used_code_is_a_refusal(platform, client):
    platform.answers["/sns/oauth2/access_token"] = {"errcode": 40029, "errmsg": "invalid code"}

    with pytest.raises(Refusal) as caught:
        await client.login("code")

    assert caught.value.code == "40029"


async def test_who_logs_in_is_told_by_wechat_only(platform, client):
    platform.answers["/sns/oauth2/access_token"] = {"openid": "o-li", "access_token": "x"}
    platform.answers["/sns/jscode2session"] = {"openid": "o-m", "session_key": "k", "unionid": "u"}

    page, mini = await client.login("c1"), await client.login_miniprogram("c2")

    assert (page.openid, mini.openid, mini.unionid) == ("o-li", "o-m", "u")


async def test_the_session_key_is_neither_returned_nor_logged_nor_kept(
    platform, client, caplog, tmp_path
):
    key = "c2Vzc2lvbi1rZXktMTYtYg=="
    platform.answers["/sns/jscode2session"] = {"openid": "o-m", "session_key": key}
    caplog.set_level("DEBUG")

    user = await client.login_miniprogram("c1")
    async with a_house(sqlite_url(tmp_path)) as house:
        await house.identity.program_login("wx-mini", user.openid, user.unionid)
        on_disk = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())

    assert key not in repr(user) + repr(client) + caplog.text
    assert key.encode() not in on_disk
    assert len(on_disk) > 1000


async def test_the_number_of_the_phone_button_is_told_by_wechat_for_this_app_only(platform, client):
    path = "/wxa/business/getuserphonenumber"
    info = {"purePhoneNumber": "12000000009", "countryCode": "86", "watermark": {"appid": "wx1"}}
    platform.answers[path] = {"errcode": 0, "phone_info": info}

    phone = await client.phone("c1", "o-m")
    platform.answers[path] = {"errcode": 0, "phone_info": info | {"watermark": {"appid": "wx9"}}}
    with pytest.raises(Refusal):
        await client.phone("c2", "o-m")

    assert phone == "+8612000000009"
    assert platform.asked[0] == (path, {"code": "c1", "openid": "o-m"})


async def test_the_made_up_account_of_a_preview_is_refused(platform, client):
    platform.answers["/sns/oauth2/access_token"] = {"openid": "o", "is_snapshotuser": 1}

    with pytest.raises(Refusal):
        await client.login("c1")


async def test_a_follower_is_known_and_a_stranger_is_not(platform, client):
    platform.answers["/cgi-bin/user/info"] = {"subscribe": 1, "openid": "o", "unionid": "u"}
    follower = await client.user("o")
    platform.answers["/cgi-bin/user/info"] = {"subscribe": 0, "openid": "o"}

    assert (follower.unionid, await client.user("o")) == ("u", None)


async def test_a_picture_is_fetched_until_it_expires(platform, client):
    platform.answers["/cgi-bin/media/get"] = b"\xff\xd8\xff picture"
    data, content_type = await client.fetch("m1")
    platform.answers["/cgi-bin/media/get"] = {"errcode": 40007, "errmsg": "invalid media_id"}

    assert (data, content_type) == (b"\xff\xd8\xff picture", "image/jpeg")
    with pytest.raises(Refusal):
        await client.fetch("m1")


async def test_the_address_of_a_video_is_never_fetched(platform, client):
    platform.answers["/cgi-bin/media/get"] = {"video_url": "http://127.0.0.1/secret"}

    with pytest.raises(Refusal):
        await client.fetch("m1")


async def test_a_medium_too_large_is_refused(platform, client):
    platform.answers["/cgi-bin/media/get"] = b"x" * (api.LARGEST_MEDIUM + 1)

    with pytest.raises(Refusal):
        await client.fetch("m1")


async def test_a_redirect_is_not_followed(platform, client):
    async def away(_request):
        raise web.HTTPFound("http://127.0.0.1:9/stolen")

    platform.answers["/cgi-bin/media/get"] = away

    data, _ = await client.fetch("m1")
    assert b"302" in data


async def test_words_are_looked_at_by_wechat(platform, client):
    result = {"suggest": "risky", "label": 20001}
    platform.answers["/wxa/msg_sec_check"] = {"errcode": 0, "trace_id": "t1", "result": result}

    assert await client.check_words("o", "您好") == ("t1", "risky", "20001")
    assert platform.asked == [
        ("/wxa/msg_sec_check", {"version": 2, "scene": 2, "openid": "o", "content": "您好"})
    ]


async def test_code_and_menu(platform, client):
    platform.answers["/cgi-bin/qrcode/create"] = {"ticket": "gQ/+=", "url": "http://w"}

    picture = await client.make_code("c_abc")
    await client.set_menu({"button": []})

    assert picture == "https://mp.example/cgi-bin/showqrcode?ticket=gQ%2F%2B%3D"
    assert platform.asked[-1] == ("/cgi-bin/menu/create", {"button": []})


# The chat over it.


@pytest.fixture
def chat(client):
    return WeChatChat(client=client, pictures=FakeCodePictures())


async def test_a_reply_goes_out_with_its_links(platform, chat):
    reply = Reply(text="已登记", links=(Link(title="查看进度", url="https://x.example/c/1"),))

    await chat.say(key="k", openid="o", reply=reply)

    ((_, body),) = platform.asked
    assert body["text"]["content"] == "已登记\n\n查看进度：https://x.example/c/1"


async def test_a_code_is_drawn_when_it_is_sent(platform, chat):
    platform.answers["/cgi-bin/media/upload"] = {"type": "image", "media_id": "m9"}

    await chat.say(key="k", openid="o", reply=Reply(text="", picture="https://x.example/c/1"))

    upload, send = platform.asked
    assert bytes(upload[1]) == b"https://x.example/c/1"
    assert send[1] == {"touser": "o", "msgtype": "image", "image": {"media_id": "m9"}}


async def test_a_service_notice_fits_its_fields_and_names_its_key(platform, chat):
    lines = {"编号": "〔2026〕枫综字第0001号", "原因": "很长的原因" * 9}

    platform.answers["/cgi-bin/message/template/send"] = {"errcode": 0, "msgid": 200228332}

    number = await chat.notify(
        key="n1",
        openid="o",
        card=Card(template=Template(id="T1"), title="调解已终止", lines=lines, url="https://x/c/1"),
    )

    ((_, body),) = platform.asked
    assert number == "200228332"
    assert body["client_msg_id"] == "n1"
    assert body["data"]["thing1"] == {"value": "调解已终止"}
    assert all(len(one["value"]) <= 20 for one in body["data"].values())


LINES = {"编号": "〔2026〕枫综字第0001号", "时间": "11月22日 09:00", "电话": "0575-12345678"}


async def test_a_subscription_message_opens_the_mini_program_s_page(platform, client):
    chat = WeChatChat(client=replace(client, mini=True), pictures=FakeCodePictures(), mini=True)
    platform.answers["/cgi-bin/message/subscribe/send"] = {"errcode": 0, "msgid": "77"}
    template = Template(id="S1", fields=("thing1", "thing2", "time3", "phone_number4"))

    number = await chat.remind(
        key="n1",
        openid="o",
        card=Card(
            template=template,
            title="调解时间已定",
            lines=LINES,
            url="https://x.example/m/cases/abc",
        ),
    )

    ((path, body),) = platform.asked
    assert (path, number) == ("/cgi-bin/message/subscribe/send", "77")
    assert body["page"] == "pages/case/index?id=abc"
    assert (body["miniprogram_state"], body["lang"]) == ("formal", "zh_CN")
    assert {name: one["value"] for name, one in body["data"].items()} == {
        "thing1": "调解时间已定",
        "thing2": "编号：〔2026〕枫综字第0001号",
        "time3": "11月22日 09:00",
        "phone_number4": "0575-12345678",
    }


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("time2", "明天"),
        ("phrase2", "这几个字太长"),
        ("character_string2", "〔2026〕"),
        ("number2", "三千"),
        ("nonsense2", "x"),
        ("thing2", " \n "),
    ],
)
async def test_a_field_that_cannot_hold_the_words_is_named_before_anything_is_sent(
    platform, chat, field, words
):
    template = Template(id="T1", fields=("thing1", field))

    with pytest.raises(Refusal) as caught:
        await chat.notify(
            key="n1", openid="o", card=Card(template=template, title="t", lines={"": words}, url="")
        )

    assert caught.value.code == f"47003 {field}"
    assert platform.asked == []


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("", "pages/home/index"),
        ("https://x/m/cases/a1", "pages/case/index?id=a1"),
        ("https://x/rate/s_1", "pages/rate/index?secret=s_1"),
        ("https://x/room/r1", "pages/web/index?path=%2Froom%2Fr1"),
    ],
)
def test_every_address_has_its_page_in_the_mini_program(url, page):
    assert mini_page(url) == page
