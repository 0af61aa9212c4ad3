"""What cannot work is refused clearly at the start, and what is pressed twice happens once."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import aiohttp
import pytest

from tests.e2e.running import ROOT, eventually
from tests.faults.asking import Refused
from tests.faults.books import compared
from tests.faults.killer import Killer
from tests.faults.path import Office, Walk
from tests.faults.test_kills import a_browser

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


def server(*words, config, **settings):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FENGQIAO_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "--config", str(config), *words],
        env=environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(f"data: {{dir: {tmp_path / 'data'}}}\nhttp: {{port: 0}}\n", "utf-8")
    return file


def test_an_unknown_key_is_named_and_nothing_starts(config, tmp_path):
    config.write_text(config.read_text("utf-8") + "centre: {naem: 枫溪}\n", "utf-8")

    told = server("serve", config=config)

    assert told.returncode == 2
    assert "centre.naem" in told.stderr
    assert "配置有误" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "data").exists()


def test_an_unknown_variable_is_named_too(config):
    told = server("serve", config=config, FENGQIAO_HTTP__PROT="9000")

    assert told.returncode == 2
    assert "http.prot" in told.stderr.lower().replace("__", ".")
    assert "Traceback" not in told.stderr


def test_a_ledger_of_a_newer_program_is_left_alone(config, tmp_path):
    assert server("migrate", config=config).returncode == 0
    ledger = tmp_path / "data" / "ledger.db"
    with closing(sqlite3.connect(ledger)) as book, book:
        book.execute("UPDATE alembic_version SET version_num = '9999'")
    before = ledger.read_bytes()

    told = server("serve", config=config)

    assert told.returncode == 1
    assert "newer-schema" in told.stderr
    assert "9999" in told.stderr
    assert "已有的数据没有改动" in told.stderr
    assert "Traceback" not in told.stderr
    assert ledger.read_bytes() == before


async def test_pressed_twice_and_signed_in_the_same_second_is_done_once(town):
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout) as http, a_browser() as browser:
        office = Office(town, http)
        await office.open()
        walk = Walk(office, Killer(town, []), browser, number=1)
        await walk.report()
        version = (await walk.case(office.desks["fenpai"]))["version"]
        press = {"version": version, "type_code": "02", "cell": "cell-fengxi-1"}

        first, second = await asyncio.gather(
            *(
                office.desks["fenpai"].post(f"/cases/{walk.case_id}/register", press)
                for _ in range(2)
            ),
            return_exceptions=True,
        )

        (refused,) = [one for one in (first, second) if isinstance(one, Refused)]
        assert (refused.status, refused.code) == (409, "stale")
        assert None in (first, second)
        walk.acknowledged["case.registered"] += 1

        await walk.dispatch()
        await walk.meet()
        await walk.agree()
        hers, his = await walk.signature("wang"), await walk.signature("liu")

        given = await asyncio.gather(
            walk.give("wang", hers),
            walk.give("liu", his),
            walk.give("wang", hers),
            return_exceptions=True,
        )

        (refusal,) = [one for one in given if one is not None]
        assert isinstance(refusal, Refused)
        assert refusal.status in (409, 410)  # signed already, or the one-use code is used up
        walk.acknowledged["agreement.signature-given"] += 2
        for place in ("party-1", "party-2"):
            await eventually(lambda place=place: walk.in_the_file(place), within=60)
        walk.acknowledged["agreement.signed"] += 2
        await walk.sign("mediator")
        await walk.seal()
        counts = await compared(walk)

    assert (counts.lost, counts.twice) == ([], [])
    assert counts.unknown == 0
