"""Other people's WeChat libraries speak to our callbacks, and understand what we answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.texts import chat as texts
from bot.wechat import Account
from tests.bot.office import Office, an_office
from tests.bot.platform import ACCOUNT, NOW, OTHER_KEY, text_message
from tests.bot.serving import MINIPROGRAM, a_web_process
from tests.stores import sqlite_url

TALK = Path(__file__).parent / "peers" / "talk.js"
WITHIN = 60.0
STORY = "楼上漏水三个月 🙂👨‍👩‍👧 𬱖㛃，说了两次不管 <b>&amp;"

pytestmark = pytest.mark.parametrize("library", ["wechat-crypto", "@wecom/crypto"])


@dataclass
class Peer:
    """A library of npm that plays the platform."""

    node: str
    url: str
    library: str

    async def says(
        self, *messages: str, account: Account = ACCOUNT, path: str = "official", **more: Any
    ) -> list[dict[str, Any]]:
        key = more.pop("key", account.encoding_aes_key)
        forged = more.pop("forged", False)
        task = {
            "library": self.library,
            "url": f"{self.url}/wechat/{path}",
            "account": {"token": account.token, "key": key, "appid": account.appid},
            "timestamp": str(NOW),
            "messages": [
                {"nonce": f"n{number}", "message": message, "forged": forged}
                for number, message in enumerate(messages)
            ],
            **more,
        }
        return await self.ran(task)

    async def ran(self, task: dict[str, Any]) -> list[dict[str, Any]]:
        pipe = asyncio.subprocess.PIPE
        running = await asyncio.create_subprocess_exec(
            self.node, str(TALK), stdin=pipe, stdout=pipe, stderr=pipe
        )
        async with asyncio.timeout(WITHIN):
            out, err = await running.communicate(json.dumps(task).encode())
        assert running.returncode == 0, err.decode()
        return list(json.loads(out))


@pytest.fixture
async def office(tmp_path):
    async with an_office(sqlite_url(tmp_path)) as opened:
        both = {ACCOUNT.appid: opened.chat, MINIPROGRAM.appid: opened.chat}
        yield replace(opened, desk=replace(opened.desk, late=replace(opened.desk.late, chats=both)))


@pytest.fixture
def raised(office: Office, node, library, aiohttp_server):
    async def raise_(**wanted: Any) -> Peer:
        server = await aiohttp_server(a_web_process(office.desk, office.clock, **wanted))
        return Peer(node, str(server.make_url("")).rstrip("/"), library)

    return raise_


async def test_a_report_is_begun_and_every_answer_understood(raised):
    peer = await raised()

    first, second = await peer.says(
        text_message("我要反映纠纷", msg_id="1"), text_message(STORY, msg_id="2")
    )

    assert (first["status"], second["status"]) == (200, 200)
    told = {"ToUserName": "o-li", "FromUserName": "gh_1", "MsgType": "text"}
    assert first["said"] == {**told, "Content": texts.WHAT_HAPPENED}
    assert second["said"] == {**told, "Content": texts.WHERE_WAS_IT}


async def test_the_words_arrive_as_they_were_written(raised, office):
    peer = await raised()

    await peer.says(text_message("我要反映纠纷", msg_id="1"), text_message(STORY, msg_id="2"))

    async with office.store.read() as work:
        kept = await work.inbox.find(office.thinker.thought[-1])
    assert kept.incoming.text == STORY


async def test_json_is_answered_in_json(raised):
    peer = await raised()
    message = {"ToUserName": "gh_1", "FromUserName": "o-li", "CreateTime": NOW, "MsgId": "1"}
    said = json.dumps({**message, "MsgType": "text", "Content": "我要反映纠纷"}, ensure_ascii=False)

    (answer,) = await peer.says(said, format="json")

    assert answer["said"]["Content"] == texts.WHAT_HAPPENED


async def test_the_key_before_is_answered_under_the_key_before(raised):
    turned = replace(
        ACCOUNT, encoding_aes_key=OTHER_KEY, encoding_aes_key_previous=ACCOUNT.encoding_aes_key
    )
    peer = await raised(official=turned)

    (answer,) = await peer.says(text_message("我要反映纠纷"), key=ACCOUNT.encoding_aes_key)

    assert answer["said"]["Content"] == texts.WHAT_HAPPENED


async def test_the_mini_program_hears_success(raised, office):
    peer = await raised()
    message = {"ToUserName": "gh_2", "FromUserName": "o-mini", "CreateTime": NOW, "MsgId": "a_1"}
    said = json.dumps({**message, "MsgType": "text", "Content": "我要反映纠纷 🙂"})

    (answer,) = await peer.says(said, account=MINIPROGRAM, path="miniprogram", format="json")

    assert answer == {"status": 200, "body": "success"}


async def test_a_forged_signature_is_refused(raised, office):
    peer = await raised()

    (answer,) = await peer.says(text_message("我要反映纠纷"), forged=True)

    assert answer == {"status": 403, "body": ""}
    assert office.thinker.thought == []
