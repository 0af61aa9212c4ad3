"""Any words of any length go through WeChat's envelope and back as they are; any bytes are safe."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.wechat import BadPush, echo, open_push, seal
from simulator import wire
from simulator.envelope import Envelope
from simulator.replies import judge
from simulator.settings import OFFICIAL
from simulator.settings import Account as SimulatedAccount
from tests.bot.platform import ACCOUNT, NOW, OTHER_KEY, Delivery, deliver, sign

patient = settings(deadline=None, max_examples=50)  #: the machine may be busy with other tests

MOMENT = datetime.fromtimestamp(NOW, UTC)
ENVELOPE = Envelope(ACCOUNT.token, ACCOUNT.encoding_aes_key, ACCOUNT.appid)
TURNED = replace(
    ACCOUNT, encoding_aes_key=OTHER_KEY, encoding_aes_key_previous=ACCOUNT.encoding_aes_key
)

#: What people can write: everything that XML 1.0 (2.2) can hold; a parser reads each end of a line
#: as \n (2.11).
letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
words = st.text(letters | st.sampled_from("\n\t🙂👨‍👩‍👧𬱖㛃]]><&;\"'"), max_size=900)


def pushed(content: str) -> dict[str, str | int]:
    sender: dict[str, str | int] = {"ToUserName": "gh_1", "FromUserName": "o-li"}
    return {**sender, "CreateTime": NOW, "MsgType": "text", "Content": content, "MsgId": 1}


@patient
@given(words)
@example("]]>")
@example("")
@example(" \n ")
@example("汉" * 600)
def test_any_words_are_read_as_they_were_written(content):
    as_xml = open_push(ACCOUNT, *parts(deliver(wire.as_xml(pushed(content)))), now=MOMENT)
    as_json = open_push(
        ACCOUNT, *parts(deliver(wire.as_json(pushed(content)), is_json=True)), now=MOMENT
    )

    assert as_xml.incoming.text == as_json.incoming.text == content
    assert as_xml.incoming.key == as_json.incoming.key


@patient
@given(st.text(max_size=300))
def test_any_characters_of_json_become_words_that_can_be_kept(content):
    push = open_push(
        ACCOUNT, *parts(deliver(json.dumps(pushed(content)), is_json=True)), now=MOMENT
    )

    assert "\x00" not in push.incoming.text
    push.incoming.text.encode()
    assert re.sub(r"[^ -~]", "", push.incoming.text) == re.sub(r"[^ -~]", "", content)


@patient
@given(content=words.filter(lambda text: 0 < len(text.encode()) <= 2048), is_json=st.booleans())
@example(content="]]></Content><MsgType><![CDATA[news]]></MsgType>", is_json=False)
@example(content="汉" * 682, is_json=False)
def test_any_answer_is_shown_as_it_was_meant(content, is_json):
    write = wire.as_json if is_json else wire.as_xml
    push = open_push(ACCOUNT, *parts(deliver(write(pushed("?")), is_json=is_json)), now=MOMENT)

    verdict = judge(simulated(is_json=is_json), pushed("?"), 200, push.answer(content, at=MOMENT))

    assert verdict.reply == {"kind": "text", "text": content}


@patient
@given(words)
def test_the_previous_key_answers_what_it_opened(content):
    push = open_push(TURNED, *parts(deliver(wire.as_xml(pushed("?")))), now=MOMENT)

    sealed = wire.from_xml(push.answer(content, at=MOMENT).decode())

    assert wire.from_xml(ENVELOPE.open(sealed["Encrypt"]))["Content"] == content


@patient
@given(st.text(letters, max_size=2000), st.binary(min_size=16, max_size=16), st.booleans())
def test_what_is_sealed_opens_again(message, salt, is_json):
    sealed = seal(
        ACCOUNT,
        message,
        key=ACCOUNT.aes_keys()[0],
        timestamp=str(NOW),
        nonce="n",
        is_json=is_json,
        salt=salt,
    ).decode()
    envelope = wire.from_json(sealed) if is_json else wire.from_xml(sealed)

    signed = ENVELOPE.sign(timestamp=str(NOW), nonce="n", sealed=envelope["Encrypt"])
    assert envelope["MsgSignature"] == signed
    assert ENVELOPE.open(envelope["Encrypt"]) == message


@patient
@given(st.binary(max_size=2000))
@example(b"\xef\xbb\xbf<xml/>")
def test_any_bytes_from_a_stranger_are_one_error(body):
    query = deliver("?").query

    assert refused(Delivery(query, body))


@patient
@given(st.binary(max_size=600), st.booleans())
def test_any_bytes_under_our_key_are_a_message_or_one_error(message, is_json):
    delivery = deliver(message, is_json=is_json)

    assert refused(delivery) in {"shape", "message", "crypto"}


@patient
@given(st.dictionaries(st.sampled_from(["signature", "timestamp", "nonce", "echostr"]), st.text()))
def test_any_query_of_a_stranger_is_one_error(query):
    delivery = deliver("?")

    assert refused(Delivery({**query, "encrypt_type": "aes"}, delivery.body))
    assert refused(Delivery({**delivery.query, **query, "msg_signature": "汉"}, delivery.body))
    with pytest.raises(BadPush, match=r"signature|time"):
        echo(ACCOUNT, query, now=MOMENT)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = ("FromUserName", "CreateTime", "Event", "EventKey", "List", "MsgID", "OpenID", "result")


@patient
@given(
    st.sampled_from(["text", "event", "location", "voice", "?"]),
    st.dictionaries(st.sampled_from(FIELDS), json_values),
)
def test_any_fields_are_a_message_or_one_error(kind, fields):
    message = {**pushed("?"), "Event": "subscribe_msg_sent_event", **fields, "MsgType": kind}
    delivery = deliver(json.dumps(message), is_json=True)

    assert refused(delivery) in {"", "message", "shape"}


def parts(delivery: Delivery) -> tuple[dict[str, str], bytes]:
    return delivery.query, delivery.body


def refused(delivery: Delivery) -> str:
    """Give the reason, or nothing if the push was understood."""
    try:
        push = open_push(ACCOUNT, *parts(delivery), now=MOMENT)
    except BadPush as bad:
        return bad.reason
    assert push.incoming.key
    return ""


def simulated(*, is_json: bool) -> SimulatedAccount:
    return replace(
        OFFICIAL,
        appid=ACCOUNT.appid,
        token=ACCOUNT.token,
        encoding_aes_key=ACCOUNT.encoding_aes_key,
        mode="safe",
        format="json" if is_json else "xml",
    )


def test_the_signature_of_the_properties_is_the_platforms():
    assert ENVELOPE.sign(timestamp="1", nonce="2", sealed="3") == sign(ACCOUNT.token, "1", "2", "3")
