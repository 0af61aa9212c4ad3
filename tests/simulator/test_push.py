"""How messages are pushed: patience, repetition, and which answers count."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from simulator import wire
from simulator.push import wrap
from simulator.replies import envelope_of, judge
from simulator.settings import MINIPROGRAM, OFFICIAL
from tests.simulator.stage import MIXED, on_stage, success, until

PUSHED = {"ToUserName": OFFICIAL.original_id, "FromUserName": "o1"}
SWAPPED = {"ToUserName": "o1", "FromUserName": OFFICIAL.original_id, "CreateTime": 1}


def sealed(account, fields, **changes):
    envelope = envelope_of(account)
    inner = envelope.seal(wire.as_xml(fields), random=bytes(16))
    signed = envelope.sign(timestamp="1", nonce="n", sealed=inner)
    outer = {"Encrypt": inner, "MsgSignature": signed, "TimeStamp": 1, "Nonce": "n", **changes}
    return wire.as_xml(outer).encode()


async def test_words_travel_sealed_and_the_sealed_reply_stands_in_the_chat(stage):
    async def echo(seen):
        return stage.product.sealed(seen, f"收到 {len(seen.message.content)} 个字 <🙂>")

    openid = await stage.follower()
    stage.product.says(echo)

    told = await stage.control("send", openid=openid, type="text", text=MIXED)

    assert (told["outcome"], told["attempts"]) == ("replied", 1)
    assert stage.product.seen[-1].message.content == MIXED
    assert stage.product.seen[-1].query["openid"] == openid
    assert stage.product.seen[-1].query["encrypt_type"] == "aes"
    assert MIXED not in stage.product.seen[-1].raw
    assert [one["body"] for one in await stage.inbox(openid)] == [
        {"text": MIXED},
        {"text": f"收到 {len(MIXED)} 个字 <🙂>"},
    ]


async def test_a_reply_whose_words_break_out_of_their_section_is_not_shown(stage):
    async def careless(seen):
        # wechatpy 1.8.18 does not split "]]>" in a reply
        return stage.product.sealed(seen, "x]]></Content><MsgType>image</MsgType>")

    openid = await stage.follower()
    stage.product.says(careless)

    told = await stage.control("send", openid=openid, type="text", text="?")

    assert told["outcome"] == "unavailable"


async def test_silence_is_cut_and_asked_three_times_each_time_freshly_sealed(stage):
    cut = []

    async def silence(_seen):
        try:
            await asyncio.sleep(30)
        finally:
            cut.append(1)
        return web.Response()

    openid = await stage.follower()
    stage.product.seen.clear()
    stage.product.says(silence)

    began = time.monotonic()
    told = await stage.control("send", openid=openid, type="text", text="有人吗")
    took = time.monotonic() - began

    seen = stage.product.seen
    assert (told["outcome"], told["attempts"], len(seen)) == ("unavailable", 3, 3)
    assert 0.9 <= took < 3
    assert len({one.message.id for one in seen}) == 1
    assert len({one.query["nonce"] for one in seen}) == 3
    assert len({one.raw for one in seen}) == 3
    assert (await stage.inbox(openid))[-1]["body"]["text"] == "该公众号暂时无法提供服务，请稍后再试"


async def test_the_real_limit_is_five_seconds(tmp_path):
    async def late_once(_seen):
        await asyncio.sleep(30)
        return web.Response()

    async with on_stage(tmp_path, limit=5.0) as stage:
        openid = await stage.follower()
        stage.product.seen.clear()
        stage.product.says(late_once, success)

        began = time.monotonic()
        told = await stage.control("send", openid=openid, type="text", text="慢")
        took = time.monotonic() - began

    assert (told["outcome"], told["attempts"]) == ("success", 2)
    assert 5.0 <= took < 6.5


async def test_an_http_error_is_repeated(stage):
    async def error(_seen):
        return web.Response(status=500)

    openid = await stage.follower()
    stage.product.says(error, error, success)
    stage.product.seen.clear()

    told = await stage.control("send", openid=openid, type="text", text="?")

    assert (told["outcome"], told["attempts"]) == ("success", 3)


async def test_json_instead_of_xml_is_not_repeated_and_shows_that_the_account_is_unavailable(stage):
    async def json(_seen):
        return web.json_response({"ok": True})

    openid = await stage.follower()
    stage.product.says(json)

    told = await stage.control("send", openid=openid, type="text", text="?")

    assert (told["outcome"], told["attempts"]) == ("unavailable", 1)
    assert (await stage.inbox(openid))[-1]["kind"] == "unavailable"


async def test_an_empty_answer_shows_nothing(stage):
    async def empty(_seen):
        return web.Response()

    openid = await stage.follower()
    stage.product.says(empty)

    told = await stage.control("send", openid=openid, type="text", text="?")

    assert told["outcome"] == "empty"
    assert len(await stage.inbox(openid)) == 1


async def test_picture_place_voice_and_menu_arrive_as_the_platform_sends_them(stage):
    openid = await stage.follower()

    await stage.control("send", openid=openid, type="image")
    await stage.control(
        "send",
        openid=openid,
        type="location",
        latitude=31.1774276,
        longitude=121.5272106,
        label="村口",
    )
    await stage.control("send", openid=openid, type="voice")
    await stage.control("send", openid=openid, type="event", event="CLICK", event_key="REPORT")

    picture, place, voice, click = [one.message for one in stage.product.seen[-4:]]
    async with stage.http.get(picture.image) as answer:
        assert (await answer.read()).startswith(b"\x89PNG")
    # where the map draws it (GCJ-02): a pair of https://github.com/googollee/eviltransform
    assert (place.location_x, place.location_y) == ("31.175304", "121.531542")
    assert place.label == "村口"
    assert (voice.format, voice.recognition) == ("amr", None)
    assert (click.event, click.key) == ("click", "REPORT")


async def test_following_and_leaving_are_events(stage):
    openid = await stage.openid()

    await stage.control("follow", openid=openid, scene="case-7")
    await stage.control("unfollow", openid=openid)

    followed, left = [one.message for one in stage.product.seen]
    assert (followed.event, followed.scene_id) == ("subscribe_scan", "case-7")
    assert left.event == "unsubscribe"


async def test_who_does_not_follow_cannot_write(stage):
    told = await stage.control("send", openid=await stage.openid(), type="text", text="?")

    assert told == {"error": "openid: only followers can write"}
    assert stage.product.seen == []


async def test_the_callback_is_verified_by_its_echo(stage):
    told = await stage.control("verify", account="official")

    assert told == {"verified": True, "status": 200}


async def test_a_callback_that_does_not_echo_is_not_verified(stage):
    told = await stage.control("verify", account="miniprogram")

    assert told["verified"] is False


async def test_the_miniprogram_gets_json_events(stage):
    openid = await stage.openid(kind="miniprogram")

    await stage.control("send", openid=openid, type="event", event="user_enter_tempsession")
    await stage.control("subscriptions", openid=openid, template_id="T", choice="reject")

    entered, chosen = stage.product.pushed
    assert (entered["Event"], entered["FromUserName"]) == ("user_enter_tempsession", openid)
    assert chosen["List"] == {
        "TemplateId": "T",
        "SubscribeStatusString": "reject",
        "PopupScene": "0",
    }


async def test_several_templates_are_a_list_and_one_is_none(stage):
    openid = await stage.openid(kind="miniprogram")
    asked = {"T1": "accept", "T2": "reject", "T3": "accept"}

    await stage.control("subscriptions", openid=openid, choices=asked)
    await stage.control("subscriptions/off", openid=openid, template_ids=["T1", "T3"])
    await stage.control("subscriptions/off", openid=openid, template_ids=["T1"])

    chosen, off, once_more = stage.product.pushed
    assert (chosen["Event"], off["Event"], once_more["Event"]) == (
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "subscribe_msg_change_event",
    )
    assert {one["TemplateId"]: one["SubscribeStatusString"] for one in chosen["List"]} == asked
    assert off["List"] == [
        {"TemplateId": "T1", "SubscribeStatusString": "reject"},
        {"TemplateId": "T3", "SubscribeStatusString": "reject"},
    ]
    assert once_more["List"] == {"TemplateId": "T1", "SubscribeStatusString": "reject"}


async def test_the_official_account_gets_the_same_in_its_wrappers(stage):
    openid = await stage.follower()
    stage.product.seen.clear()

    await stage.control("subscriptions", openid=openid, choices={"T1": "accept", "T2": "reject"})
    await stage.control("subscriptions/off", openid=openid, template_ids=["T1"])

    chosen, off = [one.message._data for one in stage.product.seen]
    assert [one["PopupScene"] for one in chosen["SubscribeMsgPopupEvent"]["List"]] == ["1", "1"]
    assert off["SubscribeMsgChangeEvent"]["List"] == {
        "TemplateId": "T1",
        "SubscribeStatusString": "reject",
    }


async def test_what_was_turned_off_cannot_be_sent_any_more(stage):
    openid = await stage.openid(kind="miniprogram")
    notice = {"touser": openid, "template_id": "T", "data": {"thing1": {"value": "调解会"}}}
    await stage.control(
        "subscriptions", openid=openid, template_id="T", choice="accept", long_term=True
    )
    path = "/cgi-bin/message/subscribe/send"
    before = await stage.call(path, "miniprogram", **notice)

    await stage.control("subscriptions/off", openid=openid, template_ids=["T"])

    after = await stage.call(path, "miniprogram", **notice)
    assert (before["errcode"], after["errcode"]) == (0, 43101)


@pytest.mark.parametrize(
    ("path", "asked", "why"),
    [
        ("subscriptions", {"choices": {"T": "perhaps"}}, "choice: accept or reject"),
        (
            "subscriptions",
            {"choices": dict.fromkeys("ABCDEF", "accept")},
            "choices: an object of 5 templates at most",
        ),
        ("subscriptions", {"choices": ["T"]}, "choices: an object of 5 templates at most"),
        ("subscriptions/off", {"template_ids": []}, "template_ids: 1 to 5 are expected"),
        ("subscriptions/off", {"template_ids": [""]}, "template_ids: texts are expected"),
        ("subscriptions/off", {}, "template_ids: texts are expected"),
    ],
)
async def test_a_choice_that_makes_no_sense_is_refused(stage, path, asked, why):
    openid = await stage.openid(kind="miniprogram")

    told = await stage.control(path, openid=openid, **asked)

    assert told == {"error": why}


async def test_withdrawn_consent_is_pushed_with_its_fields(stage):
    openid = await stage.openid(kind="miniprogram")
    fields = {"OpenID": openid, "AppID": MINIPROGRAM.appid, "RevokeInfo": "8"}

    await stage.control(
        "send", openid=openid, type="event", event="user_authorization_revoke", fields=fields
    )

    assert stage.product.pushed[0].items() >= fields.items()


async def test_a_hundred_people_are_answered_at_once(tmp_path):
    async with on_stage(tmp_path, limit=30.0) as stage:
        await _a_hundred_are_answered(stage)


async def _a_hundred_are_answered(stage):
    async def echo(seen):
        return stage.product.sealed(seen, seen.message.content)

    people = [
        await stage.control("users", name=f"第{n}人", phone=f"+861200001{n:04}") for n in range(100)
    ]
    openids = [one["openids"]["official"] for one in people]
    await asyncio.gather(*(stage.control("follow", openid=openid) for openid in openids))
    stage.product.says(echo)

    told = await asyncio.gather(
        *(stage.control("send", openid=one, type="text", text=one) for one in openids)
    )

    assert [one["reply"]["text"] for one in told] == openids
    assert len({one["msg_id"] for one in told}) == 100


@pytest.mark.parametrize(
    ("account", "query", "body"),
    [
        (OFFICIAL, {"encrypt_type", "msg_signature"}, {"ToUserName", "Encrypt"}),
        (
            replace(OFFICIAL, mode="compatible"),
            {"encrypt_type", "msg_signature"},
            {"ToUserName", "FromUserName", "Encrypt"},
        ),
        (replace(OFFICIAL, mode="plain"), set(), {"ToUserName", "FromUserName"}),
    ],
)
def test_each_mode_sends_what_it_promises(account, query, body):
    parcel = wrap(account, PUSHED, at=1.0)

    assert set(parcel.query) == {"signature", "timestamp", "nonce", "openid"} | query
    assert set(wire.from_xml(parcel.body.decode())) == body


def test_the_miniprogram_is_pushed_in_json():
    parcel = wrap(MINIPROGRAM, PUSHED, at=1.0)

    outer = wire.from_json(parcel.body.decode())
    inner = wire.from_json(envelope_of(MINIPROGRAM).open(outer["Encrypt"]))
    assert inner == PUSHED


def test_a_right_reply_is_shown():
    raw = sealed(OFFICIAL, {**SWAPPED, "MsgType": "text", "Content": "好"})

    assert judge(OFFICIAL, PUSHED, 200, raw).reply == {"kind": "text", "text": "好"}


def test_leading_blanks_and_milliseconds_are_tolerated_as_in_reality():
    fields = {**SWAPPED, "CreateTime": 1714036504123, "MsgType": "text", "Content": "好"}

    assert judge(OFFICIAL, PUSHED, 200, b"\n  " + sealed(OFFICIAL, fields)).outcome == "replied"


def test_one_article_is_shown():
    item = {"Title": "标题", "Description": "说明", "PicUrl": "p", "Url": "u"}
    news = {**SWAPPED, "MsgType": "news", "ArticleCount": 1, "Articles": {"item": item}}

    verdict = judge(OFFICIAL, PUSHED, 200, sealed(OFFICIAL, news))

    assert verdict.reply == {
        "kind": "news",
        "articles": [{"title": "标题", "description": "说明", "picurl": "p", "url": "u"}],
    }


TEXT = {**SWAPPED, "MsgType": "text", "Content": "好"}
TWO = {"item": [{"Title": "a"}, {"Title": "b"}]}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (wire.as_xml(TEXT).encode(), "not encrypted"),
        (sealed(OFFICIAL, TEXT, MsgSignature="0" * 40), "MsgSignature"),
        (sealed(OFFICIAL, TEXT, Nonce=""), "Nonce"),
        (sealed(replace(OFFICIAL, appid="wx-other"), TEXT), "appid"),
        (sealed(OFFICIAL, {**TEXT, "ToUserName": "o2"}), "ToUserName"),
        (sealed(OFFICIAL, {**TEXT, "FromUserName": "gh_2"}), "FromUserName"),
        (sealed(OFFICIAL, {**TEXT, "CreateTime": "now"}), "CreateTime"),
        (sealed(OFFICIAL, {**TEXT, "MsgType": "markdown"}), "markdown"),
        (sealed(OFFICIAL, {**TEXT, "Content": ""}), "Content"),
        (sealed(OFFICIAL, {**TEXT, "Content": "字" * 683}), "2048"),
        (
            sealed(OFFICIAL, {**SWAPPED, "MsgType": "news", "ArticleCount": 2, "Articles": TWO}),
            "one article",
        ),
        (b"<!DOCTYPE x><xml></xml>", "document type"),
        ("成功".encode("gbk"), "utf-8"),
        (b"<xml>", "XML"),
    ],
)
def test_a_wrong_reply_makes_the_account_unavailable(raw, why):
    verdict = judge(OFFICIAL, PUSHED, 200, raw)

    assert verdict.outcome == "unavailable"
    assert why in verdict.detail


def test_a_miniprogram_cannot_reply_in_words():
    account = replace(MINIPROGRAM, mode="plain", format="xml")

    assert judge(account, PUSHED, 200, wire.as_xml(TEXT).encode()).outcome == "unavailable"


@given(raw=st.binary(max_size=400) | st.text(max_size=200).map(lambda one: one.encode()))
def test_no_answer_whatever_upsets_the_platform(raw):
    verdict = judge(OFFICIAL, PUSHED, 200, raw)

    assert verdict.outcome in {"empty", "success", "unavailable"}


@given(content=st.text(min_size=1, max_size=200).filter(lambda one: "\r" not in one))
def test_whatever_a_person_writes_arrives_as_written(content):
    read = wire.from_xml(wire.as_xml({"Content": content}))

    # control characters cannot stand in XML at all, so they are taken out on the way
    assert read == {"Content": content.translate(wire.UNWRITABLE)}


async def test_a_duplicate_follows_the_answer(stage):
    openid = await stage.follower()
    stage.product.seen.clear()
    await stage.control("faults", duplicate_percent=100, times=1)

    await stage.control("send", openid=openid, type="text", text="一次")

    await until(lambda: _count(stage, 2))
    first, second = stage.product.seen
    assert first.message.id == second.message.id
    assert first.query["nonce"] != second.query["nonce"]


async def test_duplicates_may_travel_at_the_same_time(stage):
    together = asyncio.Barrier(2)

    async def both(_seen):
        async with asyncio.timeout(5):
            await together.wait()
        return web.Response(text="success")

    openid = await stage.follower()
    stage.product.says(both)
    await stage.control("faults", duplicate_percent=100, concurrent=True)

    told = await stage.control("send", openid=openid, type="text", text="一次")

    assert told["outcome"] == "success"


async def test_a_dropped_answer_is_asked_for_again(stage):
    openid = await stage.follower()
    stage.product.seen.clear()
    await stage.control("faults", drop_answer_percent=100, times=1)

    told = await stage.control("send", openid=openid, type="text", text="一次")

    assert (told["outcome"], told["attempts"], len(stage.product.seen)) == ("success", 2, 2)


async def test_two_people_may_carry_one_message_id(stage):
    one, other = await stage.follower(0), await stage.follower(1)
    await stage.control("send", openid=one, type="text", text="甲")
    await stage.control("faults", same_msg_id=True)
    await stage.control("send", openid=other, type="text", text="乙")

    first, second = stage.product.seen[-2:]
    assert first.message.id == second.message.id
    assert first.message.source != second.message.source


async def _count(stage, wanted):
    return len(stage.product.seen) == wanted
