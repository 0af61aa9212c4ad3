"""What the platform's pages leave open is a setting, each with its effect."""

from __future__ import annotations

import time
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


@pytest.mark.parametrize(
    ("spacing", "limit", "least", "most"), [(2.0, 0.6, 2.4, 60.0), (0.0, 3.0, 0.0, 5.0)]
)
async def test_attempts_are_as_far_apart_as_set(tmp_path, spacing, limit, least, most):
    async with on_stage(tmp_path, settings=assuming(spacing=spacing), limit=limit) as it:
        openid = await it.follower()
        it.product.says(success, broken, broken, success)

        began = time.monotonic()
        sent = await it.control("send", openid=openid, type="text", text="你好")
        took = time.monotonic() - began

    assert (sent["attempts"], sent["outcome"]) == (3, "success")
    assert least <= took < most


@pytest.mark.parametrize(("anew", "heard"), [(True, [0] * 8), (False, [0] * 5 + [45047] * 3)])
async def test_what_is_written_next_allows_answers_anew_unless_set_otherwise(tmp_path, anew, heard):
    async with on_stage(tmp_path, settings=assuming(allowances_start_anew=anew)) as it:
        openid = await it.openid()
        await it.control("follow", openid=openid)
        await it.advance(61)  # what following allows is over
        answers = []
        for _ in range(2):
            await it.control("send", openid=openid, type="text", text="你好")
            answers += [await answered(it, openid) for _ in range(4)]

    assert answers == heard


async def answered(it, openid):
    asked = {"touser": openid, "msgtype": "text", "text": {"content": "好"}}
    return (await it.call("/cgi-bin/message/custom/send", **asked))["errcode"]


@pytest.mark.parametrize(
    ("paths", "kinds"),
    [
        (Assumed().plain_answers, ["text/plain", "text/plain"]),
        (("/sns/",), ["text/plain", "application/json"]),
        (("/cgi-bin/",), ["application/json", "text/plain"]),
        ((), ["application/json", "application/json"]),
    ],
)
async def test_answers_are_of_the_content_type_that_is_set(tmp_path, paths, kinds):
    async with on_stage(tmp_path, settings=assuming(plain_answers=paths)) as it:
        told = []
        for path in ("/sns/jscode2session", "/cgi-bin/media/get"):
            async with it.http.get(it.url + path) as answer:
                told.append(answer.content_type)

    assert told == kinds


@pytest.mark.parametrize("sender", ["platform", "person"])
async def test_a_privacy_event_comes_from_whom_is_set(tmp_path, sender):
    async with on_stage(tmp_path, settings=assuming(privacy_sender=sender)) as it:
        openid = await it.openid(kind="miniprogram")

        told = await it.control("privacy", openid=openid, what="revoke", info="8")

        (pushed,) = it.product.pushed
        assert (told["outcome"], pushed["OpenID"]) == ("success", openid)
        assert (pushed["FromUserName"] == openid) == (sender == "person")


@pytest.mark.parametrize(
    "wrong",
    ["spacing=-1", "privacy_sender=nobody", 'plain_answers=["sns"]', "allowances_start_anew=3"],
)
def test_an_assumption_that_makes_no_sense_is_refused_by_its_name(wrong):
    with pytest.raises(BadSettings, match=rf"assumed\.{wrong.partition('=')[0]}"):
        read_settings(None, [f"assumed.{wrong}"])


def test_only_codes_that_the_platform_knows_can_be_set():
    with pytest.raises(BadSettings, match=r"assumed\.used_code"):
        read_settings(None, ["assumed.used_code=12345"])
    with pytest.raises(BadSettings, match=r"assumed\.fresh_signatures"):
        read_settings(None, ["assumed.fresh_signatures=3"])
