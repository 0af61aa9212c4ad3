"""A backup of a running demo, brought back elsewhere, is the same centre."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from commands.backups import back_up, belongings, bring_back
from commands.installing import establish
from commands.ledger import ledger
from config import load
from documents.authority import Authority
from documents.ceremony import Office
from documents.fonts import FontSet
from domain.ids import AgreementId
from tests.commands.calling import FONTS, Said, call, config_of, said
from tests.documents.ceremonies import hold
from tests.e2e.running import Demo, running_demo, totp
from tests.factories import a_sealed
from tests.storage.test_backup import every_row

STORY = "楼上卫生间漏水，我家天花板泡坏了"


@dataclass
class Program:
    """A resident's mini-program, or somebody's workbench: an address, and who is logged in."""

    http: aiohttp.ClientSession
    base: str
    secret: str = ""

    async def post(self, path: str, body: object) -> dict:
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        async with self.http.post(f"{self.base}{path}", json=body, headers=headers) as answer:
            assert answer.ok, await answer.text()
            return dict(await answer.json())

    async def get(self, path: str) -> dict:
        headers = {"Authorization": f"Bearer {self.secret}"}
        async with self.http.get(f"{self.base}{path}", headers=headers) as answer:
            assert answer.ok, await answer.text()
            return dict(await answer.json())

    async def verdict(self, pdf: bytes) -> dict:
        headers = {"Content-Type": "application/pdf"}
        address = f"{self.base}/api/v1/verify"
        async with self.http.post(address, data=pdf, headers=headers) as answer:
            return dict(await answer.json())


@dataclass
class Traffic:
    """Residents who report one matter after the other, and what they were told."""

    filed: list[str] = field(default_factory=list)


async def resident(http: aiohttp.ClientSession, demo: Demo) -> Program:
    outside = Program(http, demo.simulator)
    person = await outside.post("/_sim/users", {"name": "王秀兰", "phone": "+8612000000001"})
    openid = person["openids"]["miniprogram"]
    code = await outside.post("/_sim/codes", {"openid": openid, "kind": "js"})
    inside = Program(http, demo.pages)
    session = await inside.post("/api/v1/residents/sessions", {"code": code["code"]})
    return replace(inside, secret=session["secret"])


async def clerk(http: aiohttp.ClientSession, demo: Demo) -> Program:
    known = demo.staff("fenpai")
    login = {"login": known["login"], "password": known["password"]}
    inside = Program(http, demo.pages)
    session = await inside.post(
        "/api/v1/staff/sessions", {**login, "code": totp(known["totp_secret"])}
    )
    return replace(inside, secret=session["secret"])


@asynccontextmanager
async def traffic(who: Program) -> AsyncIterator[Traffic]:
    """Report without a pause while the block runs; it begins once a first case is there."""
    told, going = Traffic(), True

    async def go_on() -> None:
        while going:
            body = {"story": f"{STORY}，第{len(told.filed)}次", "place": "枫溪路18号"}
            told.filed.append((await who.post("/api/v1/reports", body))["case_id"])

    task = asyncio.create_task(go_on())
    while not told.filed and not task.done():
        await asyncio.sleep(0.05)
    yield told
    going = False
    await task


async def a_paper(demo: Demo) -> bytes:
    """A paper that this centre sealed."""
    office = Office(Authority.at(demo.folder / "pki"), FontSet.at(FONTS))
    paper = (await asyncio.to_thread(hold, office, datetime.now(UTC))).final
    sha256 = hashlib.sha256(paper).hexdigest()
    config = load(demo.folder / "config.yaml", environment={})
    async with ledger(config) as store, store.begin() as work:
        await work.agreements.add(replace(a_sealed(), head=sha256))
        await work.agreements.register(AgreementId("paper-1"), sha256, at=datetime.now(UTC))
    return paper


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder, its bytes and its rights."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".kept"
    }


def backup_of(demo: Path, into: Path) -> Said:
    return call("backup", into, config=demo / "config.yaml")


def restore_to(folder: Path, source: Path) -> Said:
    return call("restore", source, config=source / "config.yaml", data__dir=folder)


@pytest.mark.timeout(280)
async def test_a_running_centre_comes_back_elsewhere_and_goes_on(tmp_path: Path):
    first, hot, cold = tmp_path / "first", tmp_path / "hot", tmp_path / "cold"
    second = tmp_path / "second" / "demo"
    first.mkdir()
    async with aiohttp.ClientSession() as http:
        with running_demo(first) as demo:
            paper = await a_paper(demo)
            async with traffic(await resident(http, demo)) as told:
                before = list(told.filed)
                during = await asyncio.to_thread(backup_of, demo.folder, hot)
                more = len(told.filed) - len(before)
            health = await asyncio.to_thread(
                call, "doctor", "--json", config=demo.folder / "config.yaml"
            )
        restored = restore_to(second, hot)
        assert (during.status, restored.status) == (0, 0), during.err + restored.err
        with running_demo(second.parent) as again:
            desk = await clerk(http, again)
            stories = [await desk.get(f"/api/v1/cases/{one}") for one in before]
            fresh = await (await resident(http, again)).post(
                "/api/v1/reports", {"story": STORY, "place": "枫溪路18号"}
            )
            verdict = await Program(http, again.pages).verdict(paper)

    assert more > 0
    assert [one["line"]["story"] for one in stories if STORY not in one["line"]["story"]] == []
    assert fresh["case_id"] not in told.filed
    assert verdict["verdict"] == "genuine"
    assert trusted(tmp_path, paper, second / "pki" / "root.pem")
    well(health)
    back_up(load(demo.folder / "config.yaml", environment={}), demo.folder / "config.yaml", cold)
    bring_back(config_of(tmp_path / "third"), cold)
    the_same(demo.folder, tmp_path / "third")


def the_same(original: Path, copy: Path) -> None:
    """Nothing differs of all that must not be lost."""
    rows = every_row(f"sqlite:///{original}/ledger.db")
    assert every_row(f"sqlite:///{copy}/ledger.db") == rows
    assert len(rows["cases"]) > 1
    for part in ("objects", "keys", "pki"):
        assert files(copy / part) == files(original / part)
    assert (copy / "config.restored.yaml").read_bytes() == (original / "config.yaml").read_bytes()
    assert (copy / "demo").exists()


def trusted(folder: Path, paper: bytes, root: Path) -> bool:
    file = folder / "paper.pdf"
    file.write_bytes(paper)
    return call("verify", file, "--root", root).status == 0


def well(report: Said) -> None:
    """The doctor found nothing bad in a running demo, and looked outside too."""
    found = {one["what"]: one for one in json.loads(report.out)["findings"]}
    assert [one for one in found.values() if one["health"] == "bad"] == []
    assert report.status == 0
    for what in (
        "official account, credentials",
        "official account, callback",
        "mini-program, credentials",
        "mini-program, callback",
        "process web",
        "ledger",
        "reached",
        "SMS",
    ):
        assert found[what]["health"] == "ok", found[what]


def test_a_backup_goes_into_a_new_folder_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    config = config_of(tmp_path / "data")
    establish(config)
    (tmp_path / "taken").mkdir()

    refused = said(capsys, lambda: back_up(config, tmp_path / "config.yaml", tmp_path / "taken"))

    assert refused.status == 2
    assert "已经存在" in refused.err
    assert list((tmp_path / "taken").iterdir()) == []


def test_a_restore_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    config = config_of(tmp_path / "data")
    establish(config)
    said(capsys, lambda: back_up(config, tmp_path / "config.yaml", tmp_path / "copy"))
    before = files(tmp_path / "data")

    refused = said(capsys, lambda: bring_back(config, tmp_path / "copy"))

    assert refused.status == 2
    assert "只能到空的地方" in refused.err
    assert files(tmp_path / "data") == before


def test_a_folder_that_is_no_backup_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    refused = said(capsys, lambda: bring_back(config_of(tmp_path / "data"), tmp_path))

    assert refused.status == 1
    assert "no backup" in refused.err


def test_recordings_go_along_wherever_the_other_objects_are(tmp_path: Path):
    here = load(
        None,
        {"data.dir": tmp_path / "data", "objects.url": str(tmp_path / "elsewhere")},
        environment={},
    )
    bucket = load(
        None, {"data.dir": tmp_path / "data", "objects.url": "s3://papers"}, environment={}
    )
    recordings = tmp_path / "data" / "objects" / "recordings"

    assert belongings(here, tmp_path / "c").beside["recordings"] == recordings
    assert belongings(bucket, tmp_path / "c").beside["recordings"] == recordings
    assert belongings(bucket, tmp_path / "c").objects is None
    assert "recordings" not in belongings(config_of(tmp_path), tmp_path / "c").beside


def test_what_the_books_may_not_know_yet_is_told_again_after_a_restore(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    config = config_of(tmp_path / "data")
    establish(config)
    place = tmp_path / "data" / "objects" / "recordings" / "m1" / "p1"
    place.mkdir(parents=True)
    for name in ("0001.journal", "0001.webm", "0001.kept"):
        (place / name).touch()

    said(capsys, lambda: back_up(config, tmp_path / "config.yaml", tmp_path / "copy"))
    shutil.rmtree(tmp_path / "data")
    back = said(capsys, lambda: bring_back(config, tmp_path / "copy"))

    assert back.status == 0
    assert sorted(path.name for path in place.iterdir()) == ["0001.journal", "0001.webm"]
