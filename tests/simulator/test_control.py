"""The control face: clock, faults, authenticators, and who may use it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest

from simulator.authenticators import totp


async def test_the_clock_moves_forward_only(stage):
    await stage.advance(3600)

    refused = await stage.control("clock", advance_seconds=-1)
    told = await stage.ask("GET", "/_sim/clock")

    assert refused == {"error": "advance_seconds: time only moves forward"}
    assert told["offset_seconds"] == 3600
    ahead = datetime.fromisoformat(told["now"]) - datetime.now(UTC)
    assert 3595 < ahead.total_seconds() <= 3600


async def test_pushes_carry_the_simulated_time(stage):
    openid = await stage.follower()
    await stage.advance(86400)

    await stage.control("send", openid=openid, type="text", text="明天")

    seen = stage.product.seen[-1]
    ahead = int(seen.query["timestamp"]) - datetime.now(UTC).timestamp()
    assert 86390 < ahead <= 86400


@pytest.mark.parametrize(
    "wrong",
    [
        {"explosion": 1},
        {"push_delay_seconds": -1},
        {"concurrent": 1},
        {"paths": "x"},
        {"push_delay_quantiles": [1]},
        {"push_delay_quantiles": [2, 1]},
        {"push_delay_quantiles": [0, "1"]},
    ],
)
async def test_unknown_faults_are_named(stage, wrong):
    told = await stage.control("faults", **wrong)

    assert told["error"].startswith(next(iter(wrong)))


async def test_a_system_error_has_no_effect(stage):
    openid = await stage.follower()
    path = "/cgi-bin/message/custom/send"
    token = {"access_token": await stage.token()}
    asked = {"touser": openid, "msgtype": "text", "text": {"content": "x"}}
    await stage.control("faults", system_error_percent=100, paths=[path], times=1)

    first = await stage.ask("POST", path, params=token, json=asked)
    second = await stage.ask("POST", path, params=token, json=asked)

    assert first["errmsg"].startswith("system error rid:")
    assert (first["errcode"], second["errcode"]) == (-1, 0)
    assert len(await stage.inbox(openid)) == 1


async def test_a_broken_platform_answers_502_without_effect(stage):
    await stage.control("faults", server_error_percent=100, paths=["/cgi-bin/stable_token"])

    async with stage.http.post(f"{stage.url}/cgi-bin/stable_token", json={}) as answer:
        assert answer.status == 502

    assert (await stage.ask("GET", "/_sim/log"))["log"] == []


async def test_messages_overtake_one_another(stage):
    openid = await stage.follower()
    stage.product.seen.clear()
    await stage.control("faults", push_jitter_seconds=0.5)

    await asyncio.gather(
        *(stage.control("send", openid=openid, type="text", text=str(n)) for n in range(12))
    )

    arrived = [one.message.id for one in stage.product.seen]
    assert len(arrived) == 12
    assert arrived != sorted(arrived)


async def test_faults_last_until_they_are_replaced(stage):
    await stage.control("faults", system_error_percent=100)

    assert (await stage.ask("GET", "/_sim/faults"))["system_error_percent"] == 100
    await stage.control("faults")
    assert (await stage.ask("GET", "/_sim/faults"))["system_error_percent"] == 0


async def test_a_connection_cut_after_the_effect_catches_blind_retries(stage):
    openid = await stage.follower()
    path = "/cgi-bin/message/custom/send"
    token = {"access_token": await stage.token()}
    asked = {"touser": openid, "msgtype": "text", "text": {"content": "x"}}
    await stage.control("faults", reset_after_effect_percent=100, paths=[path])

    with pytest.raises(aiohttp.ClientError):
        await stage.ask("POST", path, params=token, json=asked)

    assert len(await stage.inbox(openid)) == 1


async def test_authenticator_codes_are_those_of_rfc_6238(stage):
    # Appendix B of RFC 6238: the last six of the eight digits
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert totp(secret, at=59) == "287082"
    assert totp(secret, at=1111111109) == "081804"
    assert totp(secret, at=20000000000) == "353130"
    assert await stage.control("authenticators", name="调度员", secret=secret) == {"name": "调度员"}
    told = await stage.ask("GET", "/phone/codes")
    assert [(one["name"], len(one["code"])) for one in told["codes"]] == [("调度员", 6)]
    assert "secret" not in told["codes"][0]


async def test_a_secret_that_is_not_base32_is_refused(stage):
    told = await stage.control("authenticators", name="x", secret="0189!")

    assert told == {"error": "secret: base32 is expected"}


async def test_foreign_pages_and_names_are_sent_away(stage):
    foreign = {"Origin": "http://evil.example"}
    async with stage.http.post(f"{stage.url}/_sim/clock", json={}, headers=foreign) as answer:
        posted = answer.status
    async with stage.http.get(
        f"{stage.url}/_sim/users", headers={"Host": "evil.example"}
    ) as answer:
        named = answer.status

    assert (posted, named) == (403, 421)


async def test_unknown_people_are_not_found(stage):
    async with stage.http.get(f"{stage.url}/_sim/users/o-nobody/inbox") as answer:
        assert answer.status == 404


async def test_every_call_is_in_the_log(stage):
    await stage.token()

    told = await stage.ask("GET", "/_sim/log")

    assert [one["what"] for one in told["log"]] == ["POST /cgi-bin/stable_token"]


async def test_phone_numbers_must_be_numbers(stage):
    assert "error" in await stage.control("users", name="x", phone="call me")
