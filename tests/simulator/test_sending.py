"""Messages from the account: customer-service quota, templates, subscriptions."""

from __future__ import annotations

import json

import pytest

from tests.simulator.stage import until

CUSTOM = "/cgi-bin/message/custom/send"


async def custom(stage, openid, text="好"):
    told = await stage.call(CUSTOM, touser=openid, msgtype="text", text={"content": text})
    return told["errcode"]


async def test_five_answers_are_allowed_after_a_message(stage):
    openid = await stage.follower()
    await stage.advance(61)
    await stage.control("send", openid=openid, type="text", text="你好")

    codes = [await custom(stage, openid) for _ in range(6)]

    assert codes == [0, 0, 0, 0, 0, 45047]
    assert [one["side"] for one in await stage.inbox(openid)] == ["me"] + ["them"] * 5


async def test_after_48_hours_nothing_may_be_answered(stage):
    openid = await stage.follower()
    await stage.control("send", openid=openid, type="text", text="你好")
    await stage.advance(48 * 3600 + 1)

    told = await stage.call(CUSTOM, touser=openid, msgtype="text", text={"content": "晚了"})

    assert told["errcode"] == 45015
    assert told["errmsg"].startswith("response out of time limit or subscription is canceled rid:")


async def test_three_answers_in_a_minute_are_allowed_after_following(stage):
    openid = await stage.follower()

    codes = [await custom(stage, openid) for _ in range(4)]
    await stage.advance(61)

    assert codes == [0, 0, 0, 45047]
    assert await custom(stage, openid) == 45015


async def test_escaped_words_are_shown_escaped_as_the_platform_does(stage):
    openid = await stage.follower()
    token = {"access_token": await stage.token()}
    message = {"touser": openid, "msgtype": "text", "text": {"content": "你\n\\u好"}}

    await stage.ask("POST", CUSTOM, params=token, data=json.dumps(message).encode())
    await stage.ask(
        "POST", CUSTOM, params=token, data=json.dumps(message, ensure_ascii=False).encode()
    )

    escaped, plain = [one["body"]["text"] for one in await stage.inbox(openid)]
    assert escaped == "\\u4f60\n\\u\\u597d"
    assert plain == "你\n\\u好"


async def test_a_menu_tap_allows_answers_again(stage):
    openid = await stage.follower()
    await stage.advance(61)
    await stage.control("send", openid=openid, type="event", event="CLICK", event_key="K")

    assert await custom(stage, openid) == 0


async def test_who_left_gets_nothing(stage):
    openid = await stage.follower()
    await stage.control("unfollow", openid=openid)

    assert await custom(stage, openid) == 45015


async def test_strangers_and_the_other_accounts_people_are_invalid(stage):
    assert await custom(stage, "o-nobody") == 40003
    assert await custom(stage, await stage.openid(kind="miniprogram")) == 40003


async def test_every_kind_of_answer_is_shown(stage):
    openid = await stage.follower()
    await stage.control("send", openid=openid, type="text", text="你好")
    kept = await stage.upload(b"\x89PNG\r\n\x1a\n" + b"x" * 20)
    media = kept["media_id"]
    article = {"title": "t", "description": "d", "url": "u", "picurl": ""}
    menu = {"head_content": "h", "list": [{"id": "1", "content": "满意"}], "tail_content": ""}
    page = {"title": "t", "appid": "a", "pagepath": "pages/a/a", "thumb_media_id": media}

    await stage.call(CUSTOM, touser=openid, msgtype="image", image={"media_id": media})
    await stage.call(CUSTOM, touser=openid, msgtype="news", news={"articles": [article]})
    await stage.call(CUSTOM, touser=openid, msgtype="msgmenu", msgmenu=menu)
    await stage.call(CUSTOM, touser=openid, msgtype="miniprogrampage", miniprogrampage=page)

    shown = await stage.inbox(openid)
    assert [one["kind"] for one in shown[1:]] == ["image", "news", "msgmenu", "miniprogrampage"]
    await stage.control("send", openid=openid, type="text", text="满意", menu_item="1")
    assert "<bizmsgmenuid><![CDATA[1]]></bizmsgmenuid>" in stage.product.crypto().decrypt_message(
        stage.product.seen[-1].raw,
        stage.product.seen[-1].query["msg_signature"],
        stage.product.seen[-1].query["timestamp"],
        stage.product.seen[-1].query["nonce"],
    )


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": "字" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "song", "song": {}}, 40008),
        ({"msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
    ],
)
async def test_wrong_answers_are_refused_and_not_counted(stage, message, code):
    openid = await stage.follower()

    told = await stage.call(CUSTOM, touser=openid, **message)

    assert told["errcode"] == code
    assert [await custom(stage, openid) for _ in range(4)] == [0, 0, 0, 45047]


def template(openid, **more):
    data = {"thing1": {"value": "调解会"}, "time2": {"value": "2026-11-22 09:00"}}
    return {"touser": openid, "template_id": "T", "data": data, **more}


async def test_a_template_message_is_shown_and_its_end_is_reported(stage):
    openid = await stage.follower()

    told = await stage.call("/cgi-bin/message/template/send", **template(openid, url="u"))

    await until(lambda: _finished(stage, told["msgid"], "success"))
    assert (await stage.inbox(openid))[-1]["body"]["lines"][0]["value"] == "调解会"


async def test_a_blocked_template_message_fails_later(stage):
    openid = await stage.follower()
    await stage.control("block", openid=openid)

    told = await stage.call("/cgi-bin/message/template/send", **template(openid))

    await until(lambda: _finished(stage, told["msgid"], "failed:user block"))
    assert await stage.inbox(openid) == []


async def test_a_template_message_that_the_platform_loses_is_reported_as_failed(stage):
    openid, path = await stage.follower(), "/cgi-bin/message/template/send"
    await stage.control("faults", template_failed_percent=100, times=1)

    lost = await stage.call(path, **template(openid))
    came = await stage.call(path, **template(openid))

    await until(lambda: _finished(stage, lost["msgid"], "failed: system failed"))
    await until(lambda: _finished(stage, came["msgid"], "success"))
    assert lost["errcode"] == 0
    assert [one["body"]["msgid"] for one in await stage.inbox(openid)] == [came["msgid"]]


async def test_only_followers_get_template_messages(stage):
    openid = await stage.openid()

    told = await stage.call("/cgi-bin/message/template/send", **template(openid))

    assert told["errcode"] == 43004


async def test_the_same_client_message_id_is_sent_once(stage):
    openid = await stage.follower()

    first = await stage.call(
        "/cgi-bin/message/template/send", **template(openid, client_msg_id="n1")
    )
    second = await stage.call(
        "/cgi-bin/message/template/send", **template(openid, client_msg_id="n1")
    )

    assert first["msgid"] == second["msgid"]
    assert len(await stage.inbox(openid)) == 1


async def test_one_acceptance_is_one_notice(stage):
    openid = await stage.openid(kind="miniprogram")
    subscribe = "/cgi-bin/message/subscribe/send"
    before = await stage.call(subscribe, "miniprogram", **template(openid))
    await stage.control(
        "subscriptions", openid=openid, template_id="T", choice="accept", wait=False
    )

    first = await stage.call(subscribe, "miniprogram", **template(openid, page="pages/a/a"))
    second = await stage.call(subscribe, "miniprogram", **template(openid))

    assert before["errmsg"].startswith("user refuse to accept the msg rid:")
    assert (first["errcode"], second["errcode"]) == (0, 43101)
    shown = await stage.inbox(openid)
    assert [(one["place"], one["kind"]) for one in shown] == [("notice", "subscribed")]


async def test_a_long_term_acceptance_is_not_used_up(stage):
    openid = await stage.openid(kind="miniprogram")
    asked = {"template_id": "T", "choice": "accept", "long_term": True, "wait": False}
    await stage.control("subscriptions", openid=openid, **asked)

    codes = [
        (await stage.call("/cgi-bin/message/subscribe/send", "miniprogram", **template(openid)))
        for _ in range(3)
    ]

    assert [one["errcode"] for one in codes] == [0, 0, 0]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"thing1": {"value": "字" * 21}}, "argument invalid! data.thing1.value invalid rid:"),
        ({"thing1": {"value": ""}}, "argument invalid! data.thing1.value is empty rid:"),
        ({"phrase3": {"value": "审核已经通过"}}, "argument invalid! data.phrase3.value invalid"),
        ({"thing1": {"value": "a\nb"}}, "argument invalid! data.thing1.value invalid"),
        ({"car_number1": {"value": "浙A12345678"}}, "argument invalid! data.car_number1.value"),
    ],
)
async def test_a_wrong_field_is_named(stage, value, why):
    openid = await stage.openid(kind="miniprogram")

    told = await stage.call(
        "/cgi-bin/message/subscribe/send", "miniprogram", **template(openid) | {"data": value}
    )

    assert told["errcode"] == 47003
    assert told["errmsg"].startswith(why)


async def test_words_are_checked_only_for_recent_users(stage):
    openid = await stage.openid(kind="miniprogram")
    asked = {"version": 2, "scene": 2, "openid": openid, "content": "邻居漏水"}

    before = await stage.call("/wxa/msg_sec_check", "miniprogram", **asked)
    await stage.control(
        "send", openid=openid, type="event", event="user_enter_tempsession", wait=False
    )
    after = await stage.call("/wxa/msg_sec_check", "miniprogram", **asked)

    assert before["errmsg"].startswith("code is expired rid:")
    assert after["result"] == {"suggest": "pass", "label": 100}


async def _finished(stage, msgid, status):
    return any(
        getattr(one.message, "event", "") == "templatesendjobfinish"
        and str(one.message.id) == str(msgid)
        and one.message.status == status
        for one in stage.product.seen
    )
