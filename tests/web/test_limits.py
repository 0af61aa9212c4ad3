"""What a stranger may send: bounded in size, shape and depth, refused with a stable code."""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
from contextlib import closing

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.errors import NoGlyph
from web.bodies import read
from web.problems import Unacceptable, problem_of

ADDRESS = "/api/v1/staff/sessions"
GOOD = {"login": "x", "password": "y", "code": "000000"}


@pytest.fixture
async def stranger(visitor):
    return await visitor()


async def sent(stranger, body: bytes, content_type: str = "application/json", **headers: str):
    answer = await stranger.post(
        ADDRESS, data=body, headers={"Content-Type": content_type, **headers}
    )
    assert answer.content_type == "application/problem+json"
    return answer.status, (await answer.json())["code"]


async def test_only_json_is_json(stranger):
    assert await sent(stranger, b"a=1", "text/plain") == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'{"login": "\\ud800"}', b"[" * 60_000, b'{"a": ' * 9000],
    ids=["empty", "cut", "not UTF-8", "lone surrogate", "deep list", "deep object"],
)
async def test_malformed_json_is_refused(stranger, body):
    assert await sent(stranger, body) == (400, "malformed")


async def test_a_huge_number_is_refused_and_not_computed(stranger):
    body = b'{"login": ' + b"9" * 60_000 + b"}"

    status, _ = await sent(stranger, body)

    assert status in (400, 422)


async def test_nan_is_no_number(visitor):
    browser = await visitor(resident="o-wang")
    body = b'{"story": "abc", "place": "x", "latitude": NaN}'

    answer = await browser.post(
        "/api/v1/reports", data=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status in (400, 422)


async def test_what_says_it_is_compressed_and_is_not_is_malformed(stranger):
    body = json.dumps(GOOD).encode()

    status, code = await sent(stranger, body, **{"Content-Encoding": "gzip"})

    assert (status, code) == (400, "malformed")


@pytest.mark.parametrize("refusal", [web.HTTPForbidden(), web.HTTPUpgradeRequired()])
def test_a_refusal_of_the_framework_is_never_our_fault(refusal):
    problem = problem_of(refusal)

    assert problem.status == refusal.status
    assert problem.code != "internal"


async def test_time_stamps_are_not_given_without_end(stranger):
    query = {"data": b"\x30\x00", "headers": {"Content-Type": "application/timestamp-query"}}

    given = [(await stranger.post("/tsa", **query)).status for _ in range(61)]

    assert set(given[:60]) == {200}
    assert given[60] == 429


async def test_a_body_over_the_limit_is_refused(stranger):
    body = json.dumps({**GOOD, "login": "x" * 70_000}).encode()

    assert await sent(stranger, body) == (413, "too-large")


async def test_a_packed_bomb_is_refused_by_its_unpacked_size(stranger):
    body = gzip.compress(b" " * 5_000_000)

    status, code = await sent(stranger, body, **{"Content-Encoding": "gzip"})

    assert (status, code) == (413, "too-large")


async def test_an_unknown_key_is_named(stranger):
    answer = await stranger.post(ADDRESS, json={**GOOD, "admin": True})

    problem = await answer.json()
    assert answer.status == 422
    assert problem["faults"] == [{"field": "admin", "code": "extra_forbidden"}]
    assert problem["ref"]


async def test_control_characters_are_refused(stranger):
    answer = await stranger.post(ADDRESS, json={**GOOD, "login": "a\x00b"})

    assert answer.status == 422
    assert (await answer.json())["field"] == "login"


async def test_a_repeated_parameter_is_refused(visitor):
    browser = await visitor(staff="fenpai")

    answer = await browser.get("/api/v1/cases?limit=5&limit=6")

    assert (await answer.json())["field"] == "limit"


async def test_an_unknown_address_of_the_api_is_a_problem(stranger):
    answer = await stranger.get("/api/v1/nothing")

    assert answer.status == 404
    assert (await answer.json())["code"] == "not-found"


async def test_a_wrong_method_is_a_problem(stranger):
    answer = await stranger.put(ADDRESS, json=GOOD)

    assert answer.status == 405
    assert (await answer.json())["code"] == "method-not-allowed"
    assert answer.headers["Allow"] == "POST"


async def test_who_is_not_logged_in_is_told_how_a_program_does_it(stranger):
    answer = await stranger.get("/api/v1/cases")

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/m/", "/desk/login", "/v", "/healthz"])
async def test_the_head_of_a_page_can_be_asked_for(stranger, path):
    answer = await stranger.head(path)

    assert answer.status == 200
    assert await answer.read() == b""


def test_a_character_that_no_font_has_is_named_with_what_to_install():
    problem = problem_of(NoGlyph("𰻞"))

    assert (problem.status, problem.code) == (422, "no-glyph")
    assert "“𰻞”（U+30EDE）" in problem.title
    assert "fonts-hanazono" in problem.title


async def test_what_breaks_inside_has_a_number_and_is_never_shown(stranger):
    with structlog.testing.capture_logs() as logged:
        answer = await stranger.post("/api/v1/residents/sessions", json={"code": "unforeseen"})

    problem = await answer.json()
    assert answer.status == 500
    assert problem["code"] == "internal"
    assert len(problem["ref"]) == 8
    assert set(problem) == {"type", "status", "code", "title", "ref"}
    assert [line["error"] for line in logged if line["event"] == "failed"] == ["RuntimeError"]
    assert "王秀兰" not in str(logged)


async def test_a_ledger_that_does_not_answer_is_said_to_be_unavailable(visitor, tmp_path):
    browser = await visitor(staff="fenpai")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as ledger:
        ledger.execute("ALTER TABLE cases RENAME TO lost")

    answer = await browser.get("/api/v1/cases")

    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_body_that_stops_half_way_is_given_up():
    async def impatient(request: web.Request) -> web.Response:
        try:
            await read(request, seconds=0.1)
        except Unacceptable as refused:
            return web.Response(status=refused.problem.status)
        return web.Response()

    app = web.Application()
    app.router.add_post("/", impatient)
    async with TestServer(app) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        answer = await asyncio.wait_for(reader.readline(), 5)
        writer.close()

    assert answer.startswith(b"HTTP/1.1 408")
