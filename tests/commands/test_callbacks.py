"""Which accounts may push what others can read, and under which keys, is set by the file alone."""

from __future__ import annotations

import json

import pytest
import xmltodict
from aiohttp import web

from bot.texts import chat as texts
from commands.callbacks import callbacks
from config import load
from tests.bot.office import an_office
from tests.bot.platform import ACCOUNT, NOW, OTHER_KEY, decrypt, deliver, sign, text_message
from tests.bot.serving import MINIPROGRAM
from tests.stores import sqlite_url

OFFICIAL = f"""
  official:
    appid: {ACCOUNT.appid}
    token: {ACCOUNT.token}
    encoding_aes_key: {ACCOUNT.encoding_aes_key}
"""
FILE = f"""
wechat:
  miniprogram:
    appid: {MINIPROGRAM.appid}
    token: {MINIPROGRAM.token}
    encoding_aes_key: {MINIPROGRAM.encoding_aes_key}
"""


@pytest.fixture
async def office(tmp_path):
    async with an_office(sqlite_url(tmp_path)) as opened:
        yield opened


@pytest.fixture
async def serve(office, tmp_path, aiohttp_client):
    """Raise the callbacks that this configuration asks for."""

    async def raised(settings: str):
        path = tmp_path / "config.yaml"
        path.write_text(FILE + settings, "utf-8")
        settled = load(path, environment={})
        pushed = callbacks(settled.wechat, desk=office.desk, clock=office.clock)
        app = web.Application()
        app.add_routes(pushed.routes())
        app.on_cleanup.append(lambda _: pushed.close())
        return await aiohttp_client(app)

    return raised


async def push_in_plain(client, path: str, token: str) -> tuple[int, bytes]:
    query = {"timestamp": str(NOW), "nonce": "n1", "signature": sign(token, str(NOW), "n1")}
    answer = await client.post(path, params=query, data=text_message().encode())
    return answer.status, await answer.read()


async def push(client, **sealed) -> tuple[int, bytes]:
    delivery = deliver(text_message(), **sealed)
    answer = await client.post("/wechat/official", params=delivery.query, data=delivery.body)
    return answer.status, await answer.read()


async def test_a_test_account_of_the_file_is_heard_and_answered_in_plain(serve):
    client = await serve(f"{OFFICIAL}  test_accounts: wx-another,{ACCOUNT.appid}\n")

    status, body = await push_in_plain(client, "/wechat/official", ACCOUNT.token)

    assert status == 200
    assert xmltodict.parse(body)["xml"]["Content"] == texts.WHAT_HAPPENED


@pytest.mark.parametrize(
    "named", ["", "wx-another", ACCOUNT.appid[:-1], f"{ACCOUNT.appid}0", ACCOUNT.appid.upper()]
)
async def test_no_other_account_may_push_in_plain(serve, office, named):
    client = await serve(f"{OFFICIAL}  test_accounts: {json.dumps(named)}\n")

    answered = await push_in_plain(client, "/wechat/official", ACCOUNT.token)

    assert answered == (403, b"")
    assert office.thinker.thought == []


async def test_the_mini_program_beside_a_test_account_may_not_push_in_plain(serve, office):
    client = await serve(f"{OFFICIAL}  test_accounts: {ACCOUNT.appid}\n")

    answered = await push_in_plain(client, "/wechat/miniprogram", MINIPROGRAM.token)

    assert answered == (403, b"")
    assert office.thinker.thought == []


async def test_an_account_that_is_not_set_up_is_no_test_account(serve, office):
    client = await serve('  test_accounts: [""]\n')

    answered = await push_in_plain(client, "/wechat/official", "")

    assert answered == (403, b"")
    assert office.thinker.thought == []


async def test_a_push_under_the_key_before_is_answered_under_it(serve):
    client = await serve(f"{OFFICIAL}    encoding_aes_key_previous: {OTHER_KEY}\n")

    status, body = await push(client, aes_key=OTHER_KEY)

    sealed = xmltodict.parse(body)["xml"]["Encrypt"]
    assert status == 200
    assert texts.WHAT_HAPPENED in decrypt(sealed, aes_key=OTHER_KEY)


async def test_a_push_under_a_key_that_the_file_does_not_name_is_not_read(serve, office):
    client = await serve(OFFICIAL)

    answered = await push(client, aes_key=OTHER_KEY)

    assert answered == (200, b"success")
    assert office.thinker.thought == []


async def test_a_test_account_s_sealed_pushes_are_answered_sealed(serve):
    client = await serve(f"{OFFICIAL}  test_accounts: {ACCOUNT.appid}\n")

    _, body = await push(client)

    sealed = xmltodict.parse(body)["xml"]["Encrypt"]
    assert texts.WHAT_HAPPENED in decrypt(sealed, aes_key=ACCOUNT.encoding_aes_key)


def test_the_callbacks_leave_wechat_almost_a_second_of_its_five(office, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(FILE + OFFICIAL, "utf-8")
    settled = load(path, environment={})

    pushed = callbacks(settled.wechat, desk=office.desk, clock=office.clock)

    assert pushed.deadline == 4.2
