"""WeChat's pushes over HTTP: answered within the deadline, or kept and answered later."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import xmltodict
from prometheus_client import REGISTRY

from bot.texts import chat as texts
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.bot.office import an_office, on_another_process
from tests.bot.platform import ACCOUNT, NOW, decrypt, deliver, sign, text_message
from tests.bot.serving import MINIPROGRAM, a_web_process
from tests.stores import sqlite_url


@pytest.fixture
async def office(tmp_path):
    async with an_office(sqlite_url(tmp_path)) as opened:
        both = {ACCOUNT.appid: opened.chat, MINIPROGRAM.appid: opened.chat}
        yield replace(opened, desk=replace(opened.desk, late=replace(opened.desk.late, chats=both)))


@pytest.fixture
async def serve(office, aiohttp_client):
    """Raise a web process over the office; a second one shares only the ledger."""

    async def raised(desk=office.desk, *, deadline=4.2):
        return await aiohttp_client(a_web_process(desk, office.clock, deadline=deadline))

    return raised


@pytest.fixture
async def client(serve):
    return await serve()


async def post(client, delivery, path="/wechat/official"):
    answer = await client.post(path, params=delivery.query, data=delivery.body)
    return answer.status, await answer.read()


def said(body: bytes) -> str:
    """Open our answer as the platform does, its signature checked."""
    found = xmltodict.parse(body)["xml"]
    told = sign(ACCOUNT.token, found["TimeStamp"], found["Nonce"], found["Encrypt"])
    assert told == found["MsgSignature"]
    inner = decrypt(found["Encrypt"], aes_key=ACCOUNT.encoding_aes_key)
    return str(xmltodict.parse(inner)["xml"]["Content"])


async def tell(client, *words: str) -> str:
    told = ""
    for number, text in enumerate(words):
        delivery = deliver(text_message(text, msg_id=f"8{number}"), nonce=f"t{number}")
        _, body = await post(client, delivery)
        told = said(body)
    return told


async def test_wechat_checks_our_address(client):
    query = {"timestamp": str(NOW), "nonce": "n", "echostr": "4375120948345356249"}
    query["signature"] = sign(ACCOUNT.token, str(NOW), "n")

    answer = await client.get("/wechat/official", params=query)
    forged = await client.get("/wechat/official", params={**query, "signature": "0"})

    assert (answer.status, await answer.text()) == (200, "4375120948345356249")
    assert forged.status == 403


async def test_a_report_is_made_over_encrypted_pushes(client, office):
    told = await tell(
        client, "我要反映纠纷", "楼上漏水，说了两次不管", "枫桥路18号", "跳过", "1", "跳过", "确认"
    )

    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert case.number in told
    assert "查看进度：https://mediate.example/c/" in told


async def test_markup_of_a_resident_is_told_back_as_text(client):
    hostile = "楼上漏水，说了两次不管]]&gt;</Content><MsgType>"

    told = await tell(client, "我要反映纠纷", hostile, "枫桥路", "跳过", "1", "跳过")

    assert "＜/Content＞" in told


async def test_another_delivery_gets_the_same_answer(client, serve, office):
    delivery = deliver(text_message(), nonce="n1")
    again = deliver(text_message(), nonce="n2", at=NOW + 5)
    elsewhere = await serve(on_another_process(office).desk)

    _, first = await post(client, delivery)
    _, second = await post(elsewhere, again)

    assert said(first) == said(second) == texts.WHAT_HAPPENED
    assert len(office.thinker.thought) == 1


async def test_the_very_same_request_is_another_delivery(client):
    delivery = deliver(text_message())

    first, _ = await post(client, delivery)
    second, body = await post(client, delivery)

    assert (first, second) == (200, 200)
    assert said(body) == texts.WHAT_HAPPENED


async def test_fifteen_people_speak_at_once_under_one_message_number(client, office):
    """Five of them were lost where the number alone named a message (WxJava#333)."""
    deliveries = [
        deliver(text_message(msg_id="6400", openid=f"o-{number}"), nonce=f"n{number}")
        for number in range(15)
    ]

    answers = await asyncio.gather(*(post(client, delivery) for delivery in deliveries))

    assert [said(body) for _, body in answers] == [texts.WHAT_HAPPENED] * 15
    assert len(office.thinker.thought) == 15


async def test_another_message_under_a_used_stamp_is_refused(client, office):
    await post(client, deliver(text_message("你好", msg_id="1"), nonce="n1"))

    status, _ = await post(client, deliver(text_message("我要反映纠纷", msg_id="2"), nonce="n1"))

    assert status == 403
    assert len(office.thinker.thought) == 1


async def test_an_answer_that_is_not_ready_is_brought_later(serve, office):
    hurried = await serve(deadline=0.2)
    going_on = asyncio.Event()
    office.thinker.gates.append(going_on.wait)

    status, body = await post(hurried, deliver(text_message()))
    going_on.set()
    key = await done(office)
    await office.desk.late.bring(key)

    assert (status, body) == (200, b"success")
    assert [reply.text for _, reply in office.chat.heard] == [texts.WHAT_HAPPENED]


async def done(office, number=0) -> str:
    """Wait until the message is done that was thought about first, or so many after it."""
    async with asyncio.timeout(5):
        while True:
            if len(office.thinker.thought) > number:
                key = office.thinker.thought[number]
                async with office.store.read() as work:
                    kept = await work.inbox.find(key)
                if kept is not None and kept.reply is not None:
                    return str(key)
            await asyncio.sleep(0.01)


async def test_what_was_promised_with_success_survives_a_dead_process(serve, office):
    dying = await serve(deadline=0.2)
    office.thinker.gates.append(asyncio.Event().wait)

    _, body = await post(dying, deliver(text_message()))
    await dying.close()
    ran = await on_another_process(office).desk.run_pending()
    await office.desk.late.bring(office.thinker.thought[0])

    assert body == b"success"
    assert ran == 1
    assert [reply.text for _, reply in office.chat.heard] == [texts.WHAT_HAPPENED]


async def test_a_delivery_beside_a_slow_one_is_not_answered_twice(serve, office):
    hurried = await serve(deadline=0.3)
    going_on = asyncio.Event()
    office.thinker.gates.append(going_on.wait)

    answers = await asyncio.gather(
        post(hurried, deliver(text_message(), nonce="n1")),
        post(hurried, deliver(text_message(), nonce="n2")),
    )
    going_on.set()
    await office.desk.late.bring(await done(office))

    assert [body for _, body in answers] == [b"success", b"success"]
    assert len(office.chat.heard) == 1


async def test_a_message_whose_turn_does_not_come_stays_pending_and_is_no_error(
    serve, office, caplog
):
    impatient = await serve(replace(office.desk, patience=0.1))
    async with office.store.begin() as work:
        await work.talks.take_lease(ACCOUNT.appid, "o-li", "another process", seconds=30)

    second = await post(impatient, deliver(text_message(msg_id="2"), nonce="n2"))
    async with office.store.begin() as work:
        await work.talks.release(ACCOUNT.appid, "o-li", "another process")
    ran = await on_another_process(office).desk.run_pending()

    assert second == (200, b"success")
    assert "a message stays pending" in caplog.text
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []
    assert ran == 1


async def test_a_message_behind_a_slow_one_is_answered_after_it_though_success_was_told(
    serve, office
):
    hurried = await serve(deadline=0.2)
    going_on = asyncio.Event()
    office.thinker.gates.append(going_on.wait)

    slow = await post(hurried, deliver(text_message("我要反映纠纷", msg_id="1"), nonce="n1"))
    behind = await post(
        hurried, deliver(text_message("楼上漏水，说了两次", msg_id="2"), nonce="n2")
    )
    going_on.set()
    for key in (await done(office), await done(office, 1)):
        await office.desk.late.bring(key)

    assert slow == behind == (200, b"success")
    told = [reply.text for _, reply in office.chat.heard]
    assert told == [texts.WHAT_HAPPENED, texts.WHERE_WAS_IT]


async def test_a_failure_of_ours_is_owned_up_to(client, office):
    office.thinker.gates.append(failing)

    _, body = await post(client, deliver(text_message()))

    assert said(body) == texts.SORRY


async def failing() -> None:
    raise OSError("the disk is gone")


async def test_an_event_without_an_answer_hears_success(client):
    event = (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>o-li</FromUserName><CreateTime>{NOW}"
        "</CreateTime><MsgType>event</MsgType><Event>VIEW</Event><EventKey>u</EventKey></xml>"
    )

    assert await post(client, deliver(event)) == (200, b"success")


async def test_what_nobody_knows_is_logged_and_answered(client, caplog):
    new_event = text_message().replace("[text]", "[event]").replace("Content>", "Event>")
    new_kind = text_message(msg_id="7002").replace("[text]", "[hologram]")

    event_answer = await post(client, deliver(new_event))
    _, kind_answer = await post(client, deliver(new_kind, nonce="n2"))

    assert event_answer == (200, b"success")
    assert said(kind_answer).startswith(texts.NOT_SUPPORTED)
    assert "no name for: 'hologram'" in caplog.text
    assert "no name for: '我要反映纠纷'" in caplog.text


async def test_a_genuine_push_that_cannot_be_read_is_not_asked_for_again(client):
    assert await post(client, deliver("<xml/>")) == (200, b"success")


async def test_what_is_not_from_wechat_is_refused(client):
    delivery = deliver(text_message())

    forged = {**delivery.query, "msg_signature": "0" * 40}
    answer = await client.post("/wechat/official", params=forged, data=delivery.body)
    large = await client.post("/wechat/official", params=delivery.query, data=b"<a/>" * 20000)

    assert (answer.status, await answer.read()) == (403, b"")
    assert large.status == 413


async def test_a_plain_push_is_refused_logged_and_counted(client, caplog):
    signed = {"timestamp": str(NOW), "nonce": "n1", "signature": sign("AAAAA", str(NOW), "n1")}
    before = refused("plain-mode")

    answer = await client.post("/wechat/official", params=signed, data=text_message().encode())

    assert (answer.status, await answer.read()) == (403, b"")
    assert "a push was not taken: plain-mode" in caplog.text
    assert refused("plain-mode") == before + 1


def refused(reason: str) -> float:
    return REGISTRY.get_sample_value("fengqiao_wechat_pushes_total", {"fate": reason}) or 0.0


async def test_an_old_push_is_refused_by_the_business_clock(client, office):
    office.clock.moves(seconds=301)

    status, _ = await post(client, deliver(text_message()))

    assert status == 403


async def test_the_mini_program_hears_success_and_the_courier_answers(client, office):
    message = {
        "ToUserName": "gh_2",
        "FromUserName": "o-mini",
        "CreateTime": int(datetime.fromtimestamp(NOW, UTC).timestamp()) - 1,
        "MsgType": "text",
        "Content": "我要反映纠纷",
        "MsgId": "49d7_1555684067",
    }
    delivery = deliver(json.dumps(message), account=MINIPROGRAM, is_json=True)

    answer = await post(client, delivery, path="/wechat/miniprogram")
    again = await post(client, delivery, path="/wechat/miniprogram")
    await office.desk.late.bring(await done(office))

    assert answer == again == (200, b"success")
    assert [reply.text for _, reply in office.chat.heard] == [texts.WHAT_HAPPENED]
    assert len(office.thinker.thought) == 1


async def test_a_push_of_the_other_app_is_refused(client):
    delivery = deliver(text_message(), account=MINIPROGRAM)

    status, _ = await post(client, delivery)

    assert status == 403
