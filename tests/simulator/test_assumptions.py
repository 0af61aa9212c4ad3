"""What the platform's pages leave open is a setting, each with its effect."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web

from simulator.settings import Assumed, BadSettings, Settings, read_settings
from tests.simulator.stage import on_stage, success


def assuming(**facts):
    return replace(Settings(), assumed=Assumed(**facts))


async def broken(_seen):
    return web.Response(status=500)


async def test_attempts_carry_fresh_signatures_unless_set_otherwise(tmp_path):
    for fresh in (True, False):
        async with on_stage(tmp_path / str(fresh), settings=assuming(fresh_signatures=fresh)) as it:
            openid = await it.follower()
            it.product.says(success, broken, success)

            await it.control("send", openid=openid, type="text", text="你好")

            nonces = {one.query["nonce"] for one in it.product.seen[1:]}
            assert len(nonces) == (2 if fresh else 1)


async def test_an_http_error_is_repeated_unless_set_otherwise(tmp_path):
    async with on_stage(tmp_path, settings=assuming(repeats_http_errors=False)) as it:
        openid = await it.follower()
        it.product.says(success, broken, success)

        sent = await it.control("send", openid=openid, type="text", text="你好")

    assert (sent["attempts"], sent["outcome"]) == (1, "unavailable")


async def test_a_used_code_is_refused_as_set(tmp_path):
    async with on_stage(tmp_path, settings=assuming(used_code=40029)) as it:
        openid = await it.openid(kind="miniprogram")
        code = (await it.control("codes", openid=openid, kind="js"))["code"]
        account = it.settings.miniprogram
        asked = {
            "appid": account.appid,
            "secret": account.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }

        await it.ask("GET", "/sns/jscode2session", params=asked)
        again = await it.ask("GET", "/sns/jscode2session", params=asked)

    assert again["errcode"] == 40029


async def test_the_published_samples_stray_spaces_can_be_had(tmp_path):
    async with on_stage(tmp_path, settings=assuming(stray_spaces=True)) as it:
        openid = await it.openid(kind="miniprogram")

        await it.control("privacy", openid=openid, what="revoke", info="8")

        (pushed,) = it.product.pushed
        assert pushed[" OpenID"] == openid


def test_only_codes_that_the_platform_knows_can_be_set():
    with pytest.raises(BadSettings, match=r"assumed\.used_code"):
        read_settings(None, ["assumed.used_code=12345"])
    with pytest.raises(BadSettings, match=r"assumed\.fresh_signatures"):
        read_settings(None, ["assumed.fresh_signatures=3"])
