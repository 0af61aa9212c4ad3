from __future__ import annotations

import asyncio
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from domain.errors import Unavailable
from domain.ids import CaseId
from domain.jobs import SendNotice
from domain.scope import EVERYTHING
from storage.backup import Belongings, NotEmpty, backup, restore
from storage.engines import is_sqlite, job_engine
from storage.keys import FILE, establish, load
from storage.objects import open_objects
from storage.store import SqlStore
from tests.engines import Postgres
from tests.storage.samples import a_case, a_draft, a_meeting, a_member, a_person, an_event

SCHEMAS = {"sqlite": (None,), "postgresql": ("public", "dbos")}


def every_row(url: str) -> dict[str, list[str]]:
    engine = job_engine(url)
    rows: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for schema in SCHEMAS[engine.dialect.name]:
            known = MetaData()
            known.reflect(engine, schema=schema)
            for table in known.tables.values():
                found = connection.execute(select(table))
                rows[table.fullname] = sorted(repr(_plain(row)) for row in found)
    engine.dispose()
    return rows


def _plain(row: Any) -> list[Any]:
    return [bytes(one) if isinstance(one, memoryview) else one for one in row]


def of(url: str, folder: Path, prefix: str = "") -> Belongings:
    return Belongings(
        database=url,
        objects=folder / f"{prefix}objects",
        keys=folder / f"{prefix}keys",
        beside={
            "pki": folder / f"{prefix}pki",
            "config.yaml": folder / f"{prefix}config.yaml",
            "demo": folder / f"{prefix}demo",
        },
        left_out=("*.kept",),
    )


def empty_place(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if is_sqlite(url):
        return f"sqlite:///{tmp_path / 'restored' / 'ledger.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create("restored_ledger")


async def a_full_ledger(url: str, tmp_path: Path) -> SqlStore:
    store = await SqlStore.open(url, establish(tmp_path / "keys"))
    async with store.begin() as work:
        for number in range(30):
            await work.cases.add(a_case(f"case-{number}"), an_event(case_id=f"case-{number}"))
        await work.people.add(a_person())
        await work.staff.add(a_member())
        await work.meetings.add(a_meeting())
        await work.agreements.add(a_draft())
        await work.jobs.add(SendNotice("n1"), key="notice-n1")
    objects = open_objects(str(tmp_path / "objects"))
    await objects.put("papers/a1.pdf", b"%PDF")
    (tmp_path / "objects" / "drafts-abc").write_bytes(b"half")
    (tmp_path / "objects" / "papers" / "a1.kept").touch()
    (tmp_path / "pki" / "vault").mkdir(parents=True)
    (tmp_path / "pki" / "vault" / "root.pem").write_text("root")
    (tmp_path / "pki" / "vault" / "root.pem").chmod(0o600)
    (tmp_path / "config.yaml").write_text("centre:\n")
    return store


async def test_what_is_restored_equals_what_was_there(
    url: str, request: pytest.FixtureRequest, tmp_path: Path
):
    store = await a_full_ledger(url, tmp_path)
    await asyncio.to_thread(backup, of(url, tmp_path), tmp_path / "copy")
    new_url = empty_place(url, request, tmp_path)

    await asyncio.to_thread(restore, tmp_path / "copy", of(new_url, tmp_path, "new-"))

    assert every_row(new_url) == every_row(url)
    objects = open_objects(str(tmp_path / "new-objects"))
    assert await objects.get("papers/a1.pdf") == b"%PDF"
    root = tmp_path / "new-pki" / "vault" / "root.pem"
    assert (root.read_text(), stat.S_IMODE(root.stat().st_mode)) == ("root", 0o600)
    assert (tmp_path / "new-config.yaml").read_text() == "centre:\n"
    assert not (tmp_path / "new-demo").exists()
    copies = [path.name for path in (tmp_path / "copy" / "objects").rglob("*") if path.is_file()]
    assert copies == ["a1.pdf"]
    assert stat.S_IMODE((tmp_path / "new-keys" / FILE).stat().st_mode) == 0o600
    again = await SqlStore.open(new_url, load(tmp_path / "new-keys"))
    async with again.begin() as work:
        assert await work.cases.get(CaseId("case-7"), EVERYTHING) == a_case("case-7")
        await work.cases.add(a_case("new"), an_event(case_id="new"))
        await work.jobs.add(SendNotice("n2"))
    assert len(await again.waiting_jobs()) == 2
    await again.close()
    await store.close()


async def test_a_backup_of_a_running_service_is_of_one_moment(
    url: str, request: pytest.FixtureRequest, tmp_path: Path
):
    store = await a_full_ledger(url, tmp_path)
    running = True

    async def go_on() -> int:
        written = 0
        while running:
            async with store.begin() as work:
                number = await work.cases.next_number("case", 2026)
                await work.cases.add(a_case(f"busy-{number}"), an_event(case_id=f"busy-{number}"))
                await work.jobs.add(SendNotice(f"busy-{number}"), key=f"busy-{number}")
            written += 1
        return written

    writing = asyncio.create_task(go_on())
    await asyncio.to_thread(backup, of(url, tmp_path), tmp_path / "copy")
    running = False
    assert await writing > 0
    await store.close()
    new_url = empty_place(url, request, tmp_path)
    place = replace(of(new_url, tmp_path, "new-"), objects=None)
    await asyncio.to_thread(restore, tmp_path / "copy", place)

    again = await SqlStore.open(new_url, load(tmp_path / "new-keys"))
    async with again.begin() as work:
        numbered = await work.cases.next_number("case", 2026) - 1
        busy = [await work.cases.history(CaseId(f"busy-{at + 1}")) for at in range(numbered)]
        beyond = await work.cases.history(CaseId(f"busy-{numbered + 1}"))
    jobs = [one for one in await again.waiting_jobs() if one != SendNotice("n1")]
    assert all(busy)
    assert beyond == []
    assert len(jobs) == numbered
    await again.close()


async def test_nothing_that_is_there_is_overwritten(url: str, tmp_path: Path):
    store = await a_full_ledger(url, tmp_path)
    await store.close()
    here = of(url, tmp_path)
    backup(here, tmp_path / "copy")
    before = every_row(url)

    with pytest.raises(NotEmpty):
        backup(here, tmp_path / "copy")
    with pytest.raises(NotEmpty):
        restore(tmp_path / "copy", replace(here, objects=tmp_path / "o", keys=tmp_path / "k"))
    with pytest.raises(NotEmpty):
        restore(tmp_path / "copy", replace(here, keys=tmp_path / "k"))

    assert every_row(url) == before
    assert not (tmp_path / "k").exists()


def test_a_copy_that_breaks_off_leaves_nothing_behind(url: str, tmp_path: Path):
    establish(tmp_path / "keys")
    (tmp_path / "pki").mkdir()
    (tmp_path / "pki" / "root.pem").touch()

    def disk_full(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    with pytest.raises(OSError, match="No space"):
        backup(of(url, tmp_path), tmp_path / "copy", copied=disk_full)

    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == []


def test_a_database_that_is_not_there_is_said_in_one_word(tmp_path: Path):
    establish(tmp_path / "keys")

    with pytest.raises(Unavailable, match="cannot be read"):
        backup(of(f"sqlite:///{tmp_path}/none.db", tmp_path), tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("manifest", [None, "{}", "no json", '{"engine": "sqlite"}'])
def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path, manifest: str | None):
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)

    with pytest.raises(Unavailable, match="no backup"):
        restore(tmp_path, of(f"sqlite:///{tmp_path}/new.db", tmp_path))


def test_a_backup_of_another_engine_is_refused(tmp_path: Path):
    told = {"engine": "postgresql", "revision": "0001", "tables": []}
    (tmp_path / "manifest.json").write_text(json.dumps(told))

    with pytest.raises(Unavailable, match="postgresql"):
        restore(tmp_path, of(f"sqlite:///{tmp_path}/new.db", tmp_path))
