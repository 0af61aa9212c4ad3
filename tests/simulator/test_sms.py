"""The SMS gateway: signed, idempotent, never twice."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time

import aiohttp
import pytest

KEY = "simulated-sms-key"
TO = "+8612000000002"


async def send(stage, *, key=KEY, at=None, body=None, **changes):
    message = {"id": "n-1", "to": TO, "text": "请打开 http://127.0.0.1/room/x", **changes}
    raw = json.dumps(message).encode() if body is None else body
    stamp = str(int(time.time() if at is None else at))
    signed = hmac.new(key.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": stamp, "Authorization": f"HMAC-SHA256 {signed}"}
    async with stage.http.post(f"{stage.url}/sms/send", data=raw, headers=headers) as answer:
        return answer.status, await answer.json()


async def received(stage, number=TO):
    return (await stage.ask("GET", f"/_sim/phones/{number}/sms"))["sms"]


async def test_a_signed_message_arrives(stage):
    told = await send(stage)

    assert told == (200, {"status": "accepted", "id": "n-1"})
    assert [one["text"] for one in await received(stage)] == ["请打开 http://127.0.0.1/room/x"]


async def test_the_same_id_is_delivered_once_even_at_the_same_time(stage):
    told = await asyncio.gather(*(send(stage) for _ in range(10)))

    assert {status for status, _ in told} == {200}
    assert len(await received(stage)) == 1


async def test_an_id_cannot_be_used_for_another_message(stage):
    await send(stage)

    status, told = await send(stage, text="别的")

    assert (status, told["code"]) == (409, "id-reused")
    assert len(await received(stage)) == 1


async def test_a_wrong_key_or_a_changed_byte_is_refused(stage):
    raw = json.dumps({"id": "n-1", "to": TO, "text": "a"}).encode()
    stamp = str(int(time.time()))
    signed = hmac.new(KEY.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": stamp, "Authorization": f"HMAC-SHA256 {signed}"}

    wrong = await send(stage, key="other")
    async with stage.http.post(
        f"{stage.url}/sms/send", data=raw.replace(b'"a"', b'"b"'), headers=headers
    ) as answer:
        changed = answer.status

    assert wrong == (401, {"status": "refused", "code": "signature"})
    assert changed == 401


@pytest.mark.parametrize("off", [-400, 400])
async def test_a_stale_signature_is_refused(stage, off):
    status, told = await send(stage, at=time.time() + off)

    assert (status, told["code"]) == (401, "timestamp")


async def test_the_timestamp_follows_the_simulated_clock(stage):
    await stage.advance(86400)

    assert (await send(stage))[0] == 401
    assert (await send(stage, at=time.time() + 86400))[0] == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "12000000002"},
        {"to": 5},
        {"text": ""},
        {"text": "字" * 501},
        {"id": ""},
        {"id": "x" * 129},
        {"extra": 1},
        {"body": b"{"},
        {"body": b"[]"},
        {"body": b"[" * 4000},
        {"body": b'{"text":"' + b"x" * 5000},
    ],
)
async def test_malformed_requests_are_refused(stage, changes):
    status, told = await send(stage, **changes)

    assert (status, told["code"]) == (400, "malformed")
    assert await received(stage) == []


async def test_a_cut_connection_after_the_effect_is_settled_by_asking_again(stage):
    await stage.control("faults", reset_after_effect_percent=100, times=1, paths=["/sms/send"])

    with pytest.raises(aiohttp.ClientError):
        await send(stage)

    assert await send(stage) == (200, {"status": "accepted", "id": "n-1"})
    assert len(await received(stage)) == 1


async def test_a_cut_connection_before_the_effect_delivers_nothing(stage):
    await stage.control("faults", reset_before_effect_percent=100)

    with pytest.raises(aiohttp.ClientError):
        await send(stage)

    assert await received(stage) == []


async def test_an_unavailable_gateway_says_so(stage):
    await stage.control("faults", system_error_percent=100)

    status, told = await send(stage)

    assert (status, told) == (503, {"status": "refused", "code": "unavailable"})
