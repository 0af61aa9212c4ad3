"""Real SDKs against the simulator, as against the real platform: none of them is ours."""

from __future__ import annotations

import asyncio
import io
import json
import os
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from simulator.settings import OFFICIAL, PushRules, Settings
from tests.nodejs import ROOT
from tests.ports import free_port
from tests.simulator.stage import serving_world, until

PEERS = Path(__file__).parent / "peers"


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


async def test_co_wechat_api_calls_it_and_renews_its_token_once(stage, node):
    openid = await stage.follower()
    facts = {
        "BASE": stage.url,
        "APPID": OFFICIAL.appid,
        "SECRET": OFFICIAL.secret,
        "OPENID": openid,
    }

    said = await output_of(node, "caller.js", facts)

    assert said["text"]["errcode"] == said["menu"]["errcode"] == 0
    assert said["user"]["subscribe"] == said["revoked"]["subscribe"] == 1
    assert said["followers"]["data"]["openid"] == [openid]
    assert said["code"]["expire_seconds"] == 600
    assert int(said["template"]["msgid"]) > 0
    assert said["nobody"]["code"] == 40003
    shown = await stage.inbox(openid)
    assert shown[0]["body"] == {"text": "您好，李长河 🙂"}
    assert [one["kind"] for one in shown] == ["text", "template"]


@pytest.mark.parametrize("mode", ["plain", "safe"])
async def test_co_wechat_hears_it_and_is_heard(tmp_path, node, mode):
    async with receiving(node) as (port, heard):
        official = replace(OFFICIAL, mode=mode, callback_url=f"http://127.0.0.1:{port}/")
        settings = replace(Settings(), official=official, push=PushRules(limit_seconds=5.0))
        async with serving_world(tmp_path, settings) as world:
            await until(lambda: _verified(world), seconds=20)
            users = (await world.ask("GET", "/_sim/users"))["users"]
            openid = users[0]["openids"]["official"]
            await world.control("follow", openid=openid)

            words = await world.control("send", openid=openid, type="text", text="<你好> & 🙂")
            place = await world.control(
                "send", openid=openid, type="location", latitude=23.1, longitude=113.3, label="村口"
            )

    assert words["reply"] == {"kind": "text", "text": "text：<你好> & 🙂"}
    assert place["reply"] == {"kind": "text", "text": "location：村口"}
    assert [one["MsgType"] for one in heard] == ["event", "text", "location"]
    assert heard[1]["FromUserName"] == openid


async def _verified(world):
    return (await world.control("verify", account="official"))["verified"]


async def output_of(node, script, facts):
    """Run a peer's script to its end and read the JSON that it printed."""
    process = await asyncio.create_subprocess_exec(
        node,
        str(PEERS / script),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **facts},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


@asynccontextmanager
async def receiving(node):
    """Run co-wechat's server; what it heard is listed as it comes."""
    port = free_port()
    heard: list[dict[str, object]] = []
    facts = {
        "PORT": str(port),
        "TOKEN": OFFICIAL.token,
        "APPID": OFFICIAL.appid,
        "AES_KEY": OFFICIAL.encoding_aes_key,
    }
    process = await asyncio.create_subprocess_exec(
        node,
        str(PEERS / "receiver.js"),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **facts},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert json.loads(await process.stdout.readline()) == "listening"
    listening = asyncio.create_task(_listen(process.stdout, heard))
    try:
        yield port, heard
    finally:
        process.terminate()
        await process.wait()
        await listening


async def _listen(lines, heard):
    async for line in lines:
        heard.append(json.loads(line))
