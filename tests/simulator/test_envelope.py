"""The envelope against the platform's published vectors and against wechatpy."""

from __future__ import annotations

import base64

import pytest
from wechatpy.crypto import WeChatCrypto

from simulator.envelope import BadEnvelope, Envelope, signature
from tests.simulator.stage import MIXED

# Published on developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption
PUBLISHED = Envelope("AAAAA", "A" * 43, "wxba5fad812f8e6fb9")
DEBUG_DEMO = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
OURS = Envelope("token", "0fficialAccountKeyOfTheSimulator0000000000A", "wx5100000000000a01")


def test_the_published_address_check_has_the_published_signature():
    assert signature("AAAAA", "1714036504", "1514711492") == (
        "f464b24fc39322e44b38aa78f5edd27bd1441696"
    )


def test_the_published_plain_push_has_the_published_signature():
    assert signature("AAAAA", "1714037059", "486452656") == (
        "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    )


def test_the_published_push_is_sealed_and_signed_byte_for_byte():
    sealed = PUBLISHED.seal(DEBUG_DEMO, random=b"a8eedb185eb2fecf")

    signed = PUBLISHED.sign(timestamp="1714112445", nonce="415670741", sealed=sealed)

    assert sealed.startswith("+qdx1OKCy+5J")
    assert sealed.endswith("Gj04=")
    # the published signature covers the whole published ciphertext
    assert signed == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    assert PUBLISHED.open(sealed) == DEBUG_DEMO


def test_the_published_reply_is_sealed_signed_and_opened():
    published = (
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    )

    sealed = PUBLISHED.seal('{"demo_resp":"good luck"}', random=b"707722b803182950")

    assert sealed == published
    assert PUBLISHED.open(published) == '{"demo_resp":"good luck"}'
    assert PUBLISHED.sign(timestamp="1713424427", nonce="415670741", sealed=published) == (
        "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    )


def test_wechatpy_opens_what_is_sealed_here():
    sealed = OURS.seal(f"<xml><Content>{MIXED}</Content></xml>", random=b"0123456789abcdef")
    signed = OURS.sign(timestamp="1", nonce="2", sealed=sealed)
    outer = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"

    opened = WeChatCrypto("token", OURS.encoding_aes_key, OURS.appid).decrypt_message(
        outer, signed, "1", "2"
    )

    assert MIXED in opened


def test_what_wechatpy_seals_is_opened_here():
    peer = WeChatCrypto("token", OURS.encoding_aes_key, OURS.appid)
    outer = peer.encrypt_message(MIXED, "2", "1")
    sealed = outer.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]

    assert OURS.open(sealed) == MIXED


@pytest.mark.parametrize("length", range(64))
def test_every_padding_is_taken_back(length):
    assert OURS.open(OURS.seal("x" * length, random=bytes(16))) == "x" * length


def test_another_appid_is_refused():
    sealed = Envelope("token", OURS.encoding_aes_key, "wx-other").seal("x", random=bytes(16))

    with pytest.raises(BadEnvelope, match="appid"):
        OURS.open(sealed)


@pytest.mark.parametrize("wrong", ["", "!!!", base64.b64encode(b"x" * 31).decode(), "A" * 64])
def test_rubbish_is_refused(wrong):
    with pytest.raises(BadEnvelope):
        OURS.open(wrong)
