"""The first day of a centre: set up, served, and its administrator logs in by the printed link."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from commands.ledger import ledger
from config import load
from tests.commands.calling import FONTS, ROOT, call
from tests.e2e.running import eventually, totp
from tests.ports import free_port

PASSWORD = "correct horse battery"


@asynccontextmanager
async def served(file: Path, settings: dict[str, str]) -> AsyncIterator[None]:
    """Run ``server.py serve`` while the block runs."""
    environment = {f"FENGQIAO_{key.upper()}": value for key, value in settings.items()}
    with (file.parent / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "server.py"), "--config", str(file), "serve"],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", **environment},
            stderr=log,
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(15)


async def how_passwords_are_kept(file: Path, settings: dict[str, str]) -> list[str]:
    """What stands before the salt of each."""
    told = {key.replace("__", "."): value for key, value in settings.items()}
    async with ledger(load(file, told, environment={})) as store, store.read() as work:
        return [one.password.rsplit("$", 2)[0] for one in await work.staff.all()]


async def test_the_link_that_init_prints_leads_to_the_first_log_in(tmp_path: Path):
    file = Path(shutil.copy(ROOT / "config.yaml", tmp_path / "config.yaml"))
    port = free_port()
    settings = {
        "data__dir": str(tmp_path / "data"),
        "http__port": str(port),
        "documents__fonts": str(FONTS),
    }
    done = call("init", "--name", "枫桥镇综治中心", "--json", config=file, **settings)
    link, own = json.loads(done.out)["link"], {"Origin": f"http://127.0.0.1:{port}"}
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        served(file, settings),
        aiohttp.ClientSession(cookie_jar=jar, headers=own) as browser,
    ):

        async def opened() -> str:
            try:
                async with browser.get(link) as answer:
                    return await answer.text() if answer.ok else ""
            except aiohttp.ClientError:
                return ""

        page = await eventually(opened, within=60)
        found = re.search(r'name="totp_secret" value="(\w+)"', page)
        assert found
        secret = found[1]
        form = {"name": "孙守一", "login": "sunshouyi", "password": PASSWORD}
        chosen = {**form, "totp_secret": secret, "code": totp(secret)}
        async with browser.post(link, data=chosen, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/desk/login"

        # The code of the set-up is used up; a phone may be half a minute ahead.
        ahead = totp(secret, at=time.time() + 30)
        login = {"login": "sunshouyi", "password": PASSWORD, "code": ahead}
        async with browser.post(f"http://127.0.0.1:{port}/desk/login", data=login) as answer:
            assert answer.url.path == "/desk/accounts"

        assert await how_passwords_are_kept(file, settings) == ["$argon2id$v=19$m=65536,t=3,p=1"]

    again = call("init", "--json", config=file, **settings)
    assert json.loads(again.out) == {"link": None, "ends_at": None}
