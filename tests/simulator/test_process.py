"""The process: what it says, what ends it, and what survives `kill -9`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from tests.simulator.stage import address, listening, serving, until

LIMIT = 60.0  #: seconds; what is asserted is said at each test


@asynccontextmanager
async def running(data, *more, pass_fds=()):
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulator",
        "--port",
        "0",
        "--data",
        str(data),
        *more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        pass_fds=pass_fds,
    )
    try:
        async with asyncio.timeout(LIMIT):
            assert started.stdout is not None
            told = json.loads(await started.stdout.readline())
        yield started, told["url"]
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def asked(http, method, url, **body):
    async with http.request(method, url, json=body or None) as answer:
        return await answer.json()


async def ended(started):
    began = time.monotonic()
    async with asyncio.timeout(5):
        code = await started.wait()
    return code, time.monotonic() - began


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly_with_a_phone_open(tmp_path, sign):
    async with (
        running(tmp_path) as (started, url),
        aiohttp.ClientSession() as http,
        http.get(f"{url}/phone/events") as stream,
    ):
        await stream.content.readline()
        started.send_signal(sign)
        code, took = await ended(started)

    assert code == 0
    assert took < 5


async def test_it_ends_when_its_lifeline_closes(tmp_path):
    theirs, ours = os.pipe()
    async with running(tmp_path, "--lifeline-fd", str(theirs), pass_fds=(theirs,)) as (started, _):
        os.close(theirs)
        os.close(ours)
        code, took = await ended(started)

    assert code == 0
    assert took < 5


async def test_it_ends_in_time_while_a_push_is_silent_and_somebody_waits_for_it(tmp_path):
    came = []

    async def never(request):
        came.append(await request.text())
        await asyncio.sleep(60)
        return web.Response()

    callback, silent = listening(), web.Application()
    silent.router.add_post("/", never)
    pair = f"official.callback_url={address(callback)}/"
    async with (
        serving(silent, callback),
        running(tmp_path, "--set", pair) as (started, url),
        aiohttp.ClientSession() as http,
    ):
        users = await asked(http, "GET", f"{url}/_sim/users")
        openid = users["users"][0]["openids"]["official"]
        waiting = asyncio.create_task(asked(http, "POST", f"{url}/_sim/follow", openid=openid))
        await until(lambda: reached(came, 1))
        started.terminate()
        code, took = await ended(started)
        await asyncio.gather(waiting, return_exceptions=True)

    assert code == 0
    assert took < 5


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--host", "0.0.0.0"], "loopback only"),
        (["--set", "official.colour=red"], "official.colour: unknown key"),
        (["--config", "/nowhere/simulator.json"], "No such file"),
    ],
)
async def test_it_refuses_what_it_cannot_do(tmp_path, more, why):
    refused = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", "0", "--data", str(tmp_path), *more),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(LIMIT):
        _, told = await refused.communicate()

    assert refused.returncode == 2
    assert why in told.decode()


async def test_everything_is_still_there_after_kill_9(tmp_path):
    async with aiohttp.ClientSession() as http:
        async with running(tmp_path) as (started, url):
            person = await asked(
                http, "POST", f"{url}/_sim/users", name="新人", phone="+8612000000099"
            )
            openid = person["openids"]["official"]
            await asked(http, "POST", f"{url}/_sim/clock", advance_seconds=3600)
            await asked(http, "POST", f"{url}/_sim/follow", openid=openid, wait=False)
            started.kill()
            await started.wait()

        async with running(tmp_path) as (_, url):
            again = await asked(
                http, "POST", f"{url}/_sim/users", name="新人", phone="+8612000000099"
            )
            clock = await asked(http, "GET", f"{url}/_sim/clock")
            sent = await asked(
                http,
                "POST",
                f"{url}/_sim/send",
                openid=openid,
                type="text",
                text="还在",
                wait=False,
            )

    assert again == person
    assert clock["offset_seconds"] == 3600
    assert sent["state"] == "pending"


async def test_a_delivery_cut_by_kill_9_is_taken_up_again(tmp_path):
    came = []

    async def never(request):
        came.append(await request.text())
        await asyncio.sleep(60)
        return web.Response()

    async def success(request):
        came.append(await request.text())
        return web.Response(text="success")

    callback = listening()
    pair = f"official.callback_url={address(callback)}/"
    silent, answering = web.Application(), web.Application()
    silent.router.add_post("/", never)
    answering.router.add_post("/", success)
    async with aiohttp.ClientSession() as http:
        async with serving(silent, callback), running(tmp_path, "--set", pair) as (started, url):
            users = await asked(http, "GET", f"{url}/_sim/users")
            openid = users["users"][0]["openids"]["official"]
            told = await asked(http, "POST", f"{url}/_sim/follow", openid=openid, wait=False)
            await until(lambda: reached(came, 1))
            started.kill()
            await started.wait()

        callback = listening()
        pair = f"official.callback_url={address(callback)}/"
        async with serving(answering, callback), running(tmp_path, "--set", pair) as (_, url):
            delivery = f"{url}/_sim/deliveries/{told['delivery']}"
            await until(lambda: decided(http, delivery))
            found = await asked(http, "GET", delivery)

    assert (found["state"], found["outcome"], found["attempts"]) == ("done", "success", 1)
    assert len(came) == 2


async def reached(came, wanted):
    return len(came) == wanted


async def decided(http, delivery):
    return (await asked(http, "GET", delivery))["state"] == "done"
