"""wechatpy's own client against the simulator, as against the real platform."""

from __future__ import annotations

import asyncio
import io

import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from simulator.settings import OFFICIAL


@pytest.fixture
async def peer(stage):
    client = WeChatClient(
        OFFICIAL.appid, OFFICIAL.secret, access_token=await stage.token(), auto_retry=False
    )
    client.API_BASE_URL = f"{stage.url}/cgi-bin/"
    return client


async def test_wechatpy_sends_words_and_pictures(stage, peer):
    openid = await stage.follower()

    def send():
        with peer._http:
            kept = peer.media.upload("image", io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(20)))
            peer.message.send_text(openid, "你好，王小满")
            peer.message.send_image(openid, kept["media_id"])
            return peer.user.get(openid)

    known = await asyncio.to_thread(send)

    assert known["subscribe"] == 1
    shown = await stage.inbox(openid)
    assert [one["kind"] for one in shown] == ["text", "image"]
    assert shown[0]["body"] == {"text": "你好，王小满"}


async def test_wechatpy_makes_codes_and_menus(stage, peer):
    scene = {"scene": {"scene_str": "case-7"}}
    button = [{"type": "click", "name": "我要反映", "key": "REPORT"}]

    def make():
        with peer._http:
            peer.menu.create({"button": button})
            asked = {"expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": scene}
            return peer.qrcode.create(asked)

    made = await asyncio.to_thread(make)

    found = await stage.control("scan", openid=await stage.openid(), code=made["url"])
    assert (found["kind"], found["scene"]) == ("follow", "case-7")


async def test_wechatpy_understands_a_refusal(stage, peer):
    def send():
        with peer._http:
            peer.message.send_text("o-nobody", "?")

    with pytest.raises(WeChatClientException) as refused:
        await asyncio.to_thread(send)

    assert refused.value.errcode == 40003
