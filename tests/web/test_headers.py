"""What every answer tells the browser."""

from __future__ import annotations

import gzip

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.web.centre import framed
from web.app import build
from web.statics import FOLDER

PAGES = ("/m/", "/desk/login", "/v", "/c/nothing", "/api/openapi.json", "/healthz", "/m/enter")


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_forbids_foreign_content_and_frames(visitor, path):
    browser = await visitor()

    headers = (await browser.get(path)).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "camera=(self), microphone=(self)" in headers["Permissions-Policy"]
    assert "display-capture=()" in headers["Permissions-Policy"]
    assert "Server" not in headers


@pytest.mark.parametrize("place", ["/m/cases/c1/meetings/m1", "/desk/cases/c1/meetings/m1"])
async def test_only_the_room_may_show_a_screen(visitor, place):
    browser = await visitor()

    room = (await browser.get(place, allow_redirects=False)).headers
    below = (await browser.get(f"{place}/recordings", allow_redirects=False)).headers

    assert "display-capture=(self)" in room["Permissions-Policy"]
    assert "display-capture=()" in below["Permissions-Policy"]


async def test_in_the_demo_only_the_simulator_may_frame_a_page(office, unused_tcp_port):
    settings = framed(office, "http://127.0.0.1:8081")

    async with TestClient(TestServer(build(office.desks, settings))) as browser:
        headers = (await browser.get("/m/")).headers

    assert "frame-ancestors http://127.0.0.1:8081" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers


async def test_a_static_file_is_kept_for_ever_under_the_name_of_its_content(visitor):
    browser = await visitor()
    page = await (await browser.get("/m/")).text()
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]

    named = await browser.get(address)
    plain = await browser.get("/static/fengqiao.css")
    again = await browser.get(
        "/static/fengqiao.css", headers={"If-None-Match": plain.headers["ETag"]}
    )

    assert "immutable" in named.headers["Cache-Control"]
    assert "no-cache" in plain.headers["Cache-Control"]
    assert again.status == 304
    assert named.headers["Content-Encoding"] == "gzip"


async def test_a_path_cannot_leave_the_static_folder(visitor):
    browser = await visitor()

    answer = await browser.get("/static/..%2f..%2fapp.py")

    assert answer.status == 404


async def test_the_figures_name_routes_and_never_codes(visitor, office):
    case_id = await office.reported()
    staff = await visitor(staff="fenpai")
    await staff.get(f"/desk/cases/{case_id}")

    text = await (await staff.get("/metrics")).text()
    through_proxy = await staff.get("/metrics", headers={"X-Forwarded-For": "8.8.8.8"})

    assert 'route="/desk/cases/{case_id}"' in text
    assert case_id not in text
    assert through_proxy.status == 404


async def test_the_process_says_whether_it_is_well(visitor):
    browser = await visitor()

    alive, ready = await browser.get("/healthz"), await browser.get("/readyz")

    assert (alive.status, ready.status) == (200, 200)
    assert await ready.json() == {"status": "ok", "missing": {}}


async def test_the_authority_is_reachable(visitor):
    browser = await visitor()
    stamp = {"Content-Type": "application/timestamp-query"}

    root = await browser.get("/ca/root.pem")
    crl = await browser.get("/ca/root.crl")
    unknown = await browser.get("/ca/other.crl")
    stamped = await browser.post("/tsa", data=b"\x30\x00", headers=stamp)

    assert root.status == crl.status == stamped.status == 200
    assert stamped.content_type == "application/timestamp-reply"
    assert unknown.status == 404


def test_styles_are_small():
    packed = len(gzip.compress((FOLDER / "fengqiao.css").read_bytes(), 9))

    assert packed < 6 * 1024
