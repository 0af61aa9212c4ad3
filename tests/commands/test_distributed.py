"""The same program on PostgreSQL, Redis and S3, by nothing but its configuration."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from PIL import Image
from redis.asyncio import Redis
from typing_extensions import override

from commands.district import CENTRE, COMMITTEE, PHONE, REGION, STAFF, settle
from storage.keys import load
from storage.store import SqlStore
from tests.commands.calling import FONTS, ROOT, call
from tests.e2e.running import ENDED_WITHIN, eventually
from tests.engines import Postgres, bucket_server, redis_server
from tests.fakes import QUICK_PASSWORDS
from tests.faults.asking import Asker
from tests.faults.killer import Killer
from tests.faults.path import API, REPORT, Office, Walk
from tests.faults.phone import Phone
from tests.faults.test_kills import a_browser
from tests.faults.town import Town

DATABASE = "distributed"
WEBM = b"\x1aE\xdf\xa3"  #: how an EBML file begins (RFC 8794)
OFFICIAL = {
    "appid": "wxdistributed00001",
    "secret": "secret-of-this-test",
    "token": "token-of-this-test",
    "encoding_aes_key": "K" * 42 + "A",
}
SMS_KEY = "sms-key-of-this-test"
BUCKET = {"access_key": "test", "secret_key": "test", "region": "us-east-1"}


@dataclass
class Spread(Town):
    """The served product beside a simulator, with its engines elsewhere."""

    engines: dict[str, str] = field(default_factory=dict)

    @property
    @override
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def config_file(self) -> Path:
        return self.folder / "config.yaml"

    def write(self) -> None:
        """Write the configuration of the product and of the simulator."""
        self.facts = {
            "staff": [
                {"login": one.login, "password": one.password, "totp_secret": one.totp}
                for one in STAFF
            ]
        }
        self.config_file.write_text(yaml.safe_dump(self._ours(), allow_unicode=True))
        told = {"official": {**OFFICIAL, "callback_url": f"{self.pages}/wechat/official"}}
        told |= {"sms": {"key": SMS_KEY}, "product": {"url": self.pages}}
        (self.folder / "simulator.json").write_text(json.dumps(told))

    def _ours(self) -> dict[str, Any]:
        return {
            "http": {"port": self.http_port, "public_url": self.pages},
            "data": {"dir": str(self.data)},
            "database": {"url": self.engines["database"]},
            "redis": {"url": self.engines["redis"]},
            "objects": {
                "url": "s3://papers/centre",
                "endpoint": self.engines["objects"],
                **BUCKET,
            },
            "centre": {"name": CENTRE, "committee": COMMITTEE, "phone": PHONE, "region": REGION},
            "clock": {"url": self.simulator},
            "wechat": {
                **dict.fromkeys(("api_base", "open_base", "mp_base"), self.simulator),
                "official": OFFICIAL,
                "templates": {"notice": "notice-of-this-test"},
            },
            "sms": {"url": f"{self.simulator}/sms/send", "key": SMS_KEY},
            "documents": {"fonts": str(FONTS)},
            "webrtc": {"workers": 1},  # whose process is killed has the room
        }

    @contextmanager
    def running(self, *words: str) -> Iterator[None]:
        """Run one program while the block runs; it ends by SIGTERM, with status 0."""
        with (self.folder / "log").open("ab") as log:
            inherited = {k: v for k, v in os.environ.items() if not k.startswith("FENGQIAO_")}
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=inherited,
                stdout=log,
                stderr=log,
            )
            try:
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(ENDED_WITHIN) == 0

    def simulating(self) -> AbstractContextManager[None]:
        """Run the simulator while the block runs."""
        folder, file = self.folder / "simulator", self.folder / "simulator.json"
        words = ("--port", str(self.simulator_port), "--data", str(folder), "--config", str(file))
        return self.running("-m", "simulator", *words)

    async def answers(self) -> None:
        """Wait until the simulator and every process of the product answer."""
        for name in ("simulator", "web"):
            await eventually(lambda name=name: self._answers(name), within=90)


@asynccontextmanager
async def served(folder: Path, postgres: Postgres) -> AsyncIterator[Spread]:
    """Set up an empty database and bucket, people of a district, and serve."""
    async with AsyncExitStack() as stack:
        engines = {
            "database": postgres.create(DATABASE),
            "redis": await stack.enter_async_context(redis_server()),
            "objects": stack.enter_context(bucket_server()),
        }
        spread = Spread(folder, engines=engines)
        spread.write()
        async with (
            aiohttp.ClientSession() as http,
            http.put(f"{engines['objects']}/papers") as made,
        ):
            assert made.status == 200
        done = await asyncio.to_thread(call, "migrate", config=spread.config_file)
        assert done.status == 0, done.err
        await _settle(spread)
        stack.enter_context(spread.simulating())
        stack.enter_context(
            spread.running(str(ROOT / "server.py"), "--config", str(spread.config_file), "serve")
        )
        await spread.answers()
        yield spread


async def _settle(spread: Spread) -> None:
    store = await SqlStore.open(spread.engines["database"], load(spread.data / "keys"), jobs=False)
    try:
        assert await settle(store, QUICK_PASSWORDS)
    finally:
        await store.close()


async def listened(url: str, heard: list[str]) -> None:
    """Keep hearing everything that the processes tell one another."""
    async with Redis.from_url(url) as redis, redis.pubsub(ignore_subscribe_messages=True) as bus:
        await bus.subscribe("fengqiao")
        while True:
            told = await bus.get_message(timeout=None)
            heard.append(str(told))


async def reported(office: Office, phone: Phone) -> str:
    """Somebody reports in the chat, and finds the case under their own."""
    await phone.enrol(office.simulator)
    await phone.follow(office.simulator)
    for words, answer in (*REPORT, ("确认", "枫综字")):
        await phone.say(office.simulator, words, until=answer)
    session = await phone.log_in(office.simulator)
    await uploaded(office.resident(session))
    mine = await office.resident(session).get("/my/cases")
    return mine["items"][0]["id"]


async def uploaded(resident: Asker) -> None:
    """Somebody sends a picture on a page."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    headers = {"Authorization": f"Bearer {resident.secret}", "Content-Type": "image/png"}
    sending = resident.http.post(f"{resident.base}/uploads", data=drawn.getvalue(), headers=headers)
    async with sending as answer:
        assert answer.status == 201, await answer.text()


async def moved(desk: Asker, case_id: str, deed: str, **facts: str) -> None:
    version = (await desk.get(f"/cases/{case_id}"))["version"]
    await desk.post(f"/cases/{case_id}/{deed}", {"version": version, **facts})


@pytest.mark.timeout(300)
async def test_a_report_is_dispatched_and_accepted_on_postgresql_redis_and_s3(
    tmp_path: Path, postgres: Postgres
):
    heard: list[str] = []
    timeout = aiohttp.ClientTimeout(total=30)
    async with served(tmp_path, postgres) as spread, aiohttp.ClientSession(timeout=timeout) as http:
        listening = asyncio.create_task(listened(spread.engines["redis"], heard))
        office, phone = Office(spread, http), Phone(spread, "王秀兰", "+8612001001001")
        await office.open()
        dispatcher, mediator = office.desks["fenpai"], office.desks["tiaojie"]

        case_id = await reported(office, phone)
        await moved(dispatcher, case_id, "register", type_code="02", cell="cell-fengxi-1")
        await moved(dispatcher, case_id, "dispatch", mediator="staff-tiaojie")
        await moved(mediator, case_id, "accept")

        await eventually(lambda: told_by_the_worker(office, phone), within=60)
        listening.cancel()
        async with http.get(f"{spread.engines['objects']}/papers") as listing:
            bucket = await listing.text()

    assert case_id in "".join(heard)
    assert "<Key>centre/media/" in bucket
    assert postgres.run("SELECT state FROM cases", DATABASE) == [("accepted",)]
    assert ("SUCCESS",) in postgres.run("SELECT status FROM dbos.workflow_status", DATABASE)
    assert not list(spread.data.glob("ledger.db*"))
    assert not (spread.data / "objects" / "media").exists()
    assert not (spread.data / "run" / "bus.sock").exists()


async def told_by_the_worker(office: Office, phone: Phone) -> bool:
    """Has a notice come to the reporter's phone?"""
    told = await office.simulator.get(f"/_sim/users/{phone.openid}/inbox")
    return any(one["kind"] == "template" for one in told["inbox"])


@pytest.mark.media
@pytest.mark.timeout(400)
async def test_a_finished_recording_is_brought_to_s3_and_played_from_there(
    tmp_path: Path, postgres: Postgres
):
    timeout = aiohttp.ClientTimeout(total=30)
    async with (
        served(tmp_path, postgres) as spread,
        aiohttp.ClientSession(timeout=timeout) as http,
        a_browser() as browser,
        AsyncExitStack() as stack,
    ):
        office = Office(spread, http)
        await office.open()
        walk = Walk(office, Killer(spread, []), browser, number=1, pages=2)
        # Numbers as real ones are written: outside of a demo no invented one is taken.
        walk.wang = Phone(spread, "王秀兰", "+8613900000001")
        walk.liu = Phone(spread, "刘大勇", "+8613900000002")
        await walk.report()
        await walk.register()
        await walk.dispatch()
        room = await walk.invite()
        await walk.enter(room, stack)
        await room.record(2.0)
        await room.mediator.click("#end")

        shelf = spread.data / "objects" / "recordings" / room.meeting
        await eventually(lambda: only_marks(shelf, 2), within=60)

        for participant, number in room.acknowledged:
            name = f"{participant}/{number}.webm"
            headers = {"Authorization": f"Bearer {walk.mediator.secret}", "Range": "bytes=0-999"}
            url = f"{spread.pages}{API}/meetings/{room.meeting}/recordings/{name}"
            async with http.get(url, headers=headers) as answer:
                assert answer.status == 206
                assert (await answer.read()).startswith(WEBM)
        async with http.get(f"{spread.engines['objects']}/papers") as listing:
            bucket = await listing.text()
        found = await asyncio.to_thread(call, "doctor", "--json", config=spread.config_file)

    folder = f"<Key>centre/recordings/{room.meeting}/"
    manifests = bucket.count(f"{folder}manifest-")  # written meanwhile or not
    assert bucket.count(folder) == 4 + manifests
    assert "the bucket takes and gives files" in found.out


async def only_marks(shelf: Path, count: int) -> bool:
    """Is nothing left of what was recorded here but that it was brought away?"""
    left = [one.suffix for one in shelf.rglob("*") if one.is_file()]
    return left == [".moved"] * count
