"""WeChat's envelope: the official vectors, and every hole of wechatpy 1.8.18 closed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import xmltodict

from bot.wechat import LARGEST_PUSH, Account, BadPush, Push, echo, open_push, seal, signature
from domain.conversations import MessageKind
from tests.bot.platform import ACCOUNT, NOW, OTHER_KEY, Delivery, decrypt, deliver, text_message


def moment(seconds: int = NOW) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def received(delivery: Delivery, *, account: Account = ACCOUNT, now: int = NOW) -> Push:
    return open_push(account, delivery.query, delivery.body, now=moment(now))


def refusal(delivery: Delivery, *, now: int = NOW) -> BadPush:
    with pytest.raises(BadPush) as caught:
        received(delivery, now=now)
    return caught.value


# The vectors of the public page "消息推送" of developers.weixin.qq.com.

OFFICIAL_MESSAGE = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
OFFICIAL_ENCRYPT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJG"
    "QqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrf"
    "MZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgR"
    "tWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
OFFICIAL_REPLY = (
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


def test_official_vector_of_the_address_check():
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }

    assert echo(ACCOUNT, query, now=moment(1714036504)) == "4375120948345356249"


def test_official_vector_of_a_plain_signature():
    told = signature("AAAAA", "1714037059", "486452656")

    assert told == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_official_vector_of_a_safe_json_push():
    query = {
        "timestamp": "1714112445",
        "nonce": "415670741",
        "encrypt_type": "aes",
        "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
        "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    }
    body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": OFFICIAL_ENCRYPT}).encode()

    push = open_push(ACCOUNT, query, body, now=moment(1714112445))

    assert push.incoming.event == "debug_demo"
    assert push.incoming.openid == "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
    assert (push.is_json, push.ours) == (True, "gh_97417a04a28d")


def test_official_vector_of_sealing():
    push = json.loads(sealed_json(OFFICIAL_MESSAGE, salt=b"a8eedb185eb2fecf"))
    reply = json.loads(sealed_json('{"demo_resp":"good luck"}', salt=b"707722b803182950"))

    assert push["Encrypt"] == OFFICIAL_ENCRYPT
    assert reply == {
        "Encrypt": OFFICIAL_REPLY,
        "MsgSignature": "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
        "TimeStamp": 1713424427,
        "Nonce": "415670741",
    }


def sealed_json(message: str, *, salt: bytes) -> bytes:
    return seal(
        ACCOUNT,
        message,
        key=ACCOUNT.aes_keys()[0],
        timestamp="1713424427",
        nonce="415670741",
        is_json=True,
        salt=salt,
    )


# A message, there and back.


def test_a_text_is_read_and_answered_swapped_signed_and_encrypted():
    push = received(deliver(text_message("王𬱖㛃家漏水 🙂")))

    answer = xmltodict.parse(push.answer("收到", at=moment()))["xml"]

    assert (push.incoming.kind, push.incoming.text) == (MessageKind.TEXT, "王𬱖㛃家漏水 🙂")
    assert push.incoming.sent_at == moment()
    told = signature(ACCOUNT.token, answer["TimeStamp"], answer["Nonce"], answer["Encrypt"])
    assert answer["MsgSignature"] == told
    inner = xmltodict.parse(decrypt(answer["Encrypt"], aes_key=ACCOUNT.encoding_aes_key))["xml"]
    assert inner == {
        "ToUserName": "o-li",
        "FromUserName": "gh_1",
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": "收到",
    }


def test_a_json_push_is_answered_in_json():
    message = {
        "ToUserName": "gh_1",
        "FromUserName": "o-li",
        "CreateTime": NOW,
        "MsgType": "text",
        "Content": "你好",
        "MsgId": "49d7_1555684067",
    }
    push = received(deliver(json.dumps(message), is_json=True))

    answer = json.loads(push.answer("收到", at=moment()))

    inner = json.loads(decrypt(answer["Encrypt"], aes_key=ACCOUNT.encoding_aes_key))
    assert (inner["ToUserName"], inner["Content"]) == ("o-li", "收到")


def test_the_answer_uses_the_key_that_decrypted():
    changed = Account(
        appid=ACCOUNT.appid,
        token=ACCOUNT.token,
        encoding_aes_key=OTHER_KEY,
        encoding_aes_key_previous=ACCOUNT.encoding_aes_key,
    )

    push = received(deliver(text_message()), account=changed)
    answer = xmltodict.parse(push.answer("收到", at=moment()))["xml"]

    assert "收到" in decrypt(answer["Encrypt"], aes_key=ACCOUNT.encoding_aes_key)


# What names a message.


def test_another_delivery_of_a_message_has_the_same_key():
    one = received(deliver(text_message(), nonce="n1"))
    two = received(deliver(text_message(), nonce="n2", at=NOW + 5))

    assert (one.incoming.key, one.digest) == (two.incoming.key, two.digest)


def test_two_people_with_the_same_message_number_are_told_apart():
    one = received(deliver(text_message(openid="o-li")))
    two = received(deliver(text_message(openid="o-wang")))

    assert one.incoming.key != two.incoming.key


@pytest.mark.parametrize(
    "fields",
    [
        {"Event": "LOCATION", "Latitude": "29.7"},
        {"Event": "VIEW", "EventKey": "https://a"},
        {"Event": "VIEW", "EventKey": "https://b"},
        {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "1"},
        {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "2"},
        {"Event": "wxa_media_check", "trace_id": "t1"},
        {"Event": "subscribe_msg_sent_event", "List": {"TemplateId": "T1", "MsgID": "5"}},
        {"Event": "subscribe_msg_sent_event", "List": [{"TemplateId": "T2", "MsgID": "5"}]},
    ],
)
def test_events_of_one_person_in_one_second_are_told_apart(fields):
    usual = {"ToUserName": "gh_1", "FromUserName": "o-li", "CreateTime": NOW, "MsgType": "event"}
    follow = received(deliver(json.dumps({**usual, "Event": "subscribe"}), is_json=True))
    other = received(deliver(json.dumps({**usual, **fields}), is_json=True))
    again = received(deliver(json.dumps({**usual, **fields}), is_json=True, nonce="n2"))

    assert other.incoming.key != follow.incoming.key
    assert other.incoming.key == again.incoming.key


def test_one_item_and_several_name_a_subscription_event():
    usual = {"ToUserName": "gh", "FromUserName": "o", "CreateTime": NOW, "MsgType": "event"}
    event = {**usual, "Event": "subscribe_msg_popup_event"}
    one = received(deliver(json.dumps({**event, "List": {"TemplateId": "T1"}}), is_json=True))
    two = received(
        deliver(
            json.dumps({**event, "List": [{"TemplateId": "T1"}, {"TemplateId": "T2"}]}),
            is_json=True,
        )
    )

    assert one.incoming.key != two.incoming.key


def test_the_person_of_a_privacy_event_stands_in_its_openid():
    message = {
        "ToUserName": "gh_870882ca4b1",
        "FromUserName": "platform",
        "CreateTime": NOW,
        "MsgType": "event",
        "Event": "user_authorization_revoke",
        " OpenID": "o-li",
        "RevokeInfo": 8,
    }

    incoming = received(deliver(json.dumps(message), is_json=True)).incoming

    assert incoming.openid == "o-li"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("<MsgType>image</MsgType><MediaId>m</MediaId><PicUrl>http://x</PicUrl>", "image"),
        ("<MsgType>voice</MsgType><MediaId>m</MediaId><Recognition></Recognition>", "voice"),
        ("<MsgType>shortvideo</MsgType><MediaId>m</MediaId>", "video"),
        ("<MsgType>link</MsgType><Title>t</Title><Url>u</Url>", "link"),
        ("<MsgType>miniprogrampage</MsgType><Title>t</Title>", "card"),
        (
            "<MsgType>location</MsgType><Location_X>29.7</Location_X><Location_Y>120</Location_Y>",
            "location",
        ),
        (
            "<MsgType>location</MsgType><Location_X>nan</Location_X><Location_Y>1</Location_Y>",
            "unknown",
        ),
        (
            "<MsgType>location</MsgType><Location_X>91</Location_X><Location_Y>1</Location_Y>",
            "unknown",
        ),
    ],
)
def test_every_kind_is_read(fields, kind):
    message = (
        f"<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName>"
        f"<CreateTime>{NOW}</CreateTime>{fields}<MsgId>1</MsgId></xml>"
    )

    assert received(deliver(message)).incoming.kind == kind


@pytest.mark.parametrize(
    ("event", "key", "scene"),
    [("subscribe", "qrscene_c_abc", "c_abc"), ("SCAN", "c_abc", "c_abc"), ("subscribe", "", "")],
)
def test_a_scene_is_the_same_for_old_and_new_followers(event, key, scene):
    message = (
        f"<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName><CreateTime>{NOW}"
        f"</CreateTime><MsgType>event</MsgType><Event>{event}</Event><EventKey>{key}</EventKey></xml>"
    )

    incoming = received(deliver(message)).incoming

    assert (incoming.event, incoming.event_key) == (event.lower(), scene)


# Defect 5: a reply may echo what a resident wrote.


def test_markup_in_an_echoed_text_stays_text():
    hostile = "x]]></Content><MsgType><![CDATA[news]]></MsgType><Content><![CDATA[y"
    push = received(deliver(text_message("你好")))

    answer = xmltodict.parse(push.answer(hostile, at=moment()))["xml"]

    inner = xmltodict.parse(decrypt(answer["Encrypt"], aes_key=ACCOUNT.encoding_aes_key))["xml"]
    assert (inner["MsgType"], inner["Content"]) == ("text", hostile)


def test_characters_that_xml_cannot_hold_are_left_out():
    message = {
        "ToUserName": "gh_1",
        "FromUserName": "o-li",
        "CreateTime": NOW,
        "MsgType": "text",
        "Content": "漏\x00水\ud83d\x0b",
        "MsgId": 1,
    }

    push = received(deliver(json.dumps(message), is_json=True))

    assert push.incoming.text == "漏水"


# Defects 6, 7 and 12: bad input is one error, and odd fields are text.


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"not xml",
        b"<xml/>",
        b"<xml></xml>",
        b"<other><MsgType>text</MsgType></other>",
        b"<xml><Content>no type</Content></xml>",
        b"<xml><MsgType>text</MsgType><FromUserName>o</FromUserName></xml>",
        b"<xml><MsgType>text</MsgType><MsgType>event</MsgType></xml>",
        "<xml><Content>汉字</Content></xml>".encode("gbk"),
        b"[]",
        b'"text"',
        b"{",
        b"[" * 5000,
        b'{"a":' * 5000,
        b'{"MsgType":"text","FromUserName":"o","CreateTime":"soon"}',
        b'{"MsgType":"text","FromUserName":"o","CreateTime":99999999999999}',
        b'{"MsgType":"text","FromUserName":"o","CreateTime":true}',
        b'{"MsgType":"event","FromUserName":"o","CreateTime":1}',
        b'{"MsgType":["text"],"FromUserName":"o","CreateTime":1}',
        b'{"MsgType":"text","FromUserName":{"a":1},"CreateTime":1}',
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>&a;</MsgType></xml>',
    ],
)
def test_a_genuine_push_that_cannot_be_read_is_one_error(message):
    assert refusal(deliver(message)).genuine


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"{}", b"\xff\xfe", b"[]", b"<xml>" * 4000])
def test_a_body_without_envelope_is_one_error(body):
    query = deliver(text_message()).query

    assert not refusal(Delivery(query, body)).genuine


def test_nested_and_empty_fields_are_empty_text():
    nested = text_message().replace("<![CDATA[我要反映纠纷]]>", "<b>bold</b>")
    deep = text_message().replace("<![CDATA[我要反映纠纷]]>", "<a>" * 2000 + "</a>" * 2000)

    assert received(deliver(nested)).incoming.text == ""
    assert received(deliver(deep)).incoming.text == ""


def test_a_push_of_more_than_64_kib_is_not_parsed():
    body = b"<xml>" + b"<a/>" * (LARGEST_PUSH // 4) + b"</xml>"

    assert refusal(Delivery(deliver(text_message()).query, body)).reason == "size"


# Defect 8: constant-time signatures, freshness.  (Replays need memory: the callback's tests.)


@pytest.mark.parametrize("field", ["msg_signature", "timestamp", "nonce"])
def test_a_push_whose_signature_does_not_fit_is_refused(field):
    delivery = deliver(text_message())
    forged = {**delivery.query, field: "1763784001"}

    assert refusal(Delivery(forged, delivery.body)).reason == "signature"


def test_the_signature_of_plain_mode_does_not_open_an_encrypted_push():
    delivery = deliver(text_message())
    forged = {**delivery.query, "msg_signature": delivery.query["signature"]}

    assert refusal(Delivery(forged, delivery.body)).reason == "signature"


@pytest.mark.parametrize("age", [300, 0, -300])
def test_a_push_is_fresh_for_five_minutes(age):
    assert received(deliver(text_message()), now=NOW + age).incoming.openid == "o-li"


@pytest.mark.parametrize("age", [301, -301, 86400])
def test_a_push_from_another_time_is_refused(age):
    assert refusal(deliver(text_message()), now=NOW + age).reason == "time"


@pytest.mark.parametrize("timestamp", ["", "now", "1e9", "٣", "1" * 13, "-5"])
def test_a_timestamp_that_is_no_number_is_refused(timestamp):
    body = deliver(text_message()).body
    sealed = xmltodict.parse(body)["xml"]["Encrypt"]
    query = {
        "timestamp": timestamp,
        "nonce": "n1",
        "encrypt_type": "aes",
        "msg_signature": signature(ACCOUNT.token, timestamp, "n1", sealed),
    }

    assert refusal(Delivery(query, body)).reason == "time"


def test_an_address_check_with_a_wrong_signature_is_refused():
    query = {"signature": "0" * 40, "timestamp": str(NOW), "nonce": "n", "echostr": "e"}

    with pytest.raises(BadPush):
        echo(ACCOUNT, query, now=moment())


# Defect 9: padding and appid are checked.


@pytest.mark.parametrize("padding", [0, 33, 255])
def test_a_padding_outside_of_1_to_32_is_refused(padding):
    assert refusal(deliver(text_message(), padding=padding)).reason == "crypto"


def test_a_push_for_another_app_is_refused():
    assert refusal(deliver(text_message(), appid="wx-other")).reason == "crypto"


def test_a_push_under_a_foreign_key_is_refused():
    assert refusal(deliver(text_message(), aes_key=OTHER_KEY)).reason == "crypto"


def test_garbage_instead_of_ciphertext_is_refused():
    sealed = "5L2g5aW9"
    query = {
        "timestamp": str(NOW),
        "nonce": "n1",
        "encrypt_type": "aes",
        "msg_signature": signature(ACCOUNT.token, str(NOW), "n1", sealed),
    }
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()

    assert refusal(Delivery(query, body)).reason == "crypto"


@pytest.mark.parametrize("missing", ["appid", "token", "encoding_aes_key"])
def test_an_app_that_is_not_configured_takes_nothing(missing):
    nothing: dict[str, Any] = {missing: ""}
    account = replace(ACCOUNT, **nothing)
    query = {"signature": signature("", str(NOW), "n"), "timestamp": str(NOW), "nonce": "n"}

    with pytest.raises(BadPush, match="not-configured"):
        echo(account, query, now=moment())
    with pytest.raises(BadPush, match="not-configured"):
        received(deliver(text_message(), account=ACCOUNT), account=account)


def test_secrets_are_not_printed():
    push = received(deliver(text_message()))

    assert ACCOUNT.encoding_aes_key not in repr(push) + repr(ACCOUNT)


# Modes: only a test account may push what others can read.

TEST_ACCOUNT = replace(ACCOUNT, encoding_aes_key="", is_test=True)


def plain(message: str, *, encrypt_type: str = "raw") -> Delivery:
    stamp = {"timestamp": str(NOW), "nonce": "n1"}
    signed = signature(ACCOUNT.token, str(NOW), "n1")
    return Delivery({**stamp, "signature": signed, "encrypt_type": encrypt_type}, message.encode())


def compatible() -> Delivery:
    delivery = deliver(text_message())
    sealed = xmltodict.parse(delivery.body)["xml"]["Encrypt"]
    both = text_message().replace("</xml>", f"<Encrypt>{sealed}</Encrypt></xml>")
    return Delivery(delivery.query, both.encode())


@pytest.mark.parametrize("encrypt_type", ["raw", "", "AES", "none"])
def test_a_plain_push_is_refused_however_it_is_signed(encrypt_type):
    assert refusal(plain(text_message(), encrypt_type=encrypt_type)).reason == "plain-mode"


def test_an_encrypted_body_without_its_query_is_a_plain_push():
    delivery = deliver(text_message())
    query = {name: delivery.query[name] for name in ("timestamp", "nonce", "signature")}

    assert refusal(Delivery(query, delivery.body)).reason == "plain-mode"


def test_a_push_that_is_also_plain_is_refused():
    assert refusal(compatible()).reason == "compatible-mode"


def test_a_test_account_is_heard_and_answered_in_plain():
    push = received(plain(text_message("漏水")), account=TEST_ACCOUNT)

    answer = xmltodict.parse(push.answer("收到", at=moment()))["xml"]

    assert push.incoming.text == "漏水"
    assert (answer["ToUserName"], answer["Content"]) == ("o-li", "收到")


def test_a_test_account_is_heard_and_answered_in_plain_json():
    message = {
        "ToUserName": "gh_1",
        "FromUserName": "o-li",
        "CreateTime": NOW,
        "MsgType": "text",
        "Content": "漏水",
        "MsgId": "1",
    }

    push = received(plain(json.dumps(message)), account=TEST_ACCOUNT)

    assert json.loads(push.answer("收到", at=moment()))["Content"] == "收到"


def test_a_test_account_in_compatible_mode_is_read_from_what_is_encrypted():
    account = replace(ACCOUNT, is_test=True)
    forged = Delivery(
        compatible().query, compatible().body.replace("我要反映纠纷".encode(), b"forged")
    )

    push = received(forged, account=account)

    assert push.incoming.text == "我要反映纠纷"
    sealed = xmltodict.parse(push.answer("收到", at=moment()))["xml"]["Encrypt"]
    assert "收到" in decrypt(sealed, aes_key=ACCOUNT.encoding_aes_key)


def test_a_plain_push_of_a_stranger_is_refused_for_a_test_account_too():
    delivery = plain(text_message())
    forged = Delivery({**delivery.query, "signature": "0" * 40}, delivery.body)

    with pytest.raises(BadPush, match="signature"):
        received(forged, account=TEST_ACCOUNT)
    with pytest.raises(BadPush, match="time"):
        received(delivery, account=TEST_ACCOUNT, now=NOW + 301)
