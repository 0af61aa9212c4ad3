"""Whoever sends what is no HTTP, or hangs up in the middle, makes no error of ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog
from aiohttp import web

from web.broken_requests import server_log
from web.failures import answer_always
from web.keys import MEASURES
from web.measures import Measures

TOO_LONG = b"GET /?" + b"secret" * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
TWO_LENGTHS = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 6\r\n\r\nsecret"
HALF = b"POST / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Length: 100\r\n\r\nhalf"


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[int]:
    runner = web.AppRunner(app, access_log=None, logger=server_log())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def answered(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(10):
        told = await reader.readline()
    writer.close()
    return told


@pytest.fixture
async def port():
    async def breaking(_request: web.Request) -> web.Response:
        raise OSError("the disk is gone")

    app = web.Application()
    app.router.add_get("/breaks", breaking)
    async with serving(app) as port:
        yield port


@pytest.mark.parametrize("request_", [TOO_LONG, TWO_LENGTHS])
async def test_what_is_no_http_is_no_error_of_ours(port, caplog, request_):
    caplog.set_level(logging.INFO)

    told = await answered(port, request_)

    assert b" 400 " in told
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert caplog.records[0].getMessage().startswith("a request was no HTTP: ")
    assert "secret" not in caplog.text


async def test_a_knock_by_tls_is_not_even_noted(port, caplog):
    caplog.set_level(logging.INFO)

    told = await answered(port, b"\x16\x03\x01\x02\x00\x01\r\n\r\n")

    assert b" 400 " in told
    assert caplog.records == []


async def test_a_failure_of_ours_stays_an_error(port, caplog):
    told = await answered(port, b"GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n")

    assert b" 500 " in told
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "the disk is gone" in caplog.text


async def test_who_hangs_up_in_the_middle_is_no_error_of_ours():
    left = asyncio.Event()

    async def reading(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await request.read())
        finally:
            left.set()

    app = web.Application(middlewares=[answer_always])
    app[MEASURES] = Measures()
    app.router.add_post("/", reading)

    with structlog.testing.capture_logs() as lines:
        async with serving(app) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HALF)
            await writer.drain()
            writer.close()
            await asyncio.wait_for(left.wait(), 10)

    assert [(one["log_level"], one["status"]) for one in lines] == [("info", 400)]
