from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import NotFound, Stale, Unavailable
from domain.ids import CaseId, PersonId
from domain.jobs import SendNotice
from domain.ports.store import Work
from domain.scope import EVERYTHING
from storage.store import SqlStore
from tests.engines import Postgres
from tests.storage.samples import LI, a_case, a_person, an_event
from tests.stores import keys_of_this_run, sqlite_url

CASE = CaseId("case-1")


async def fail_after_writing(store: SqlStore) -> None:
    async with store.begin() as work:
        await work.cases.add(a_case(), an_event())
        await work.jobs.add(SendNotice("n1"))
        raise RuntimeError


async def test_work_that_fails_leaves_nothing_behind(store: SqlStore):
    with pytest.raises(RuntimeError):
        await fail_after_writing(store)

    async with store.read() as work:
        assert await work.cases.history(CASE) == []
        with pytest.raises(NotFound):
            await work.cases.get(CASE, EVERYTHING)
    assert await store.waiting_jobs() == []


async def test_what_is_done_together_is_kept_at_once_or_not_at_all(store: SqlStore):
    async def deed(work: Work) -> str:
        await work.people.add(a_person())
        return "done"

    async def failing(work: Work) -> None:
        await work.cases.add(a_case(), an_event())
        raise RuntimeError

    told = await store.together(deed)
    with pytest.raises(RuntimeError):
        await store.together(failing)
    with pytest.raises(Stale):
        await store.together(deed)

    async with store.read() as work:
        assert (told, (await work.people.get(LI)).id) == ("done", LI)
        assert await work.cases.history(CASE) == []


async def test_what_is_done_together_waits_for_nothing_else(store: SqlStore):
    async def waiting(work: Work) -> None:
        await work.people.add(a_person())
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waited"):
        await store.together(waiting)

    async with store.begin() as work:
        await work.people.add(a_person())


async def test_a_reader_cannot_write(store: SqlStore):
    with pytest.raises(Unavailable):
        async with store.read() as work:
            await work.people.add(a_person())


async def test_a_reader_does_not_see_what_is_not_committed(store: SqlStore):
    async with store.begin() as work:
        await work.people.add(a_person())
        async with store.read() as other:
            with pytest.raises(NotFound):
                await other.people.get(LI)

    async with store.read() as other:
        assert (await other.people.get(LI)).id == LI


@pytest.mark.parametrize("table", ["events", "revisions", "signature_evidence"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET sha256 = 'x'", "DELETE FROM {}"])
async def test_the_database_itself_refuses_to_change_what_is_kept_for_ever(
    store: SqlStore, table: str, deed: str
):
    async with store.begin() as work:
        await work.cases.add(a_case(), an_event())
    statement = deed.format(table).replace("sha256", "kind" if table == "events" else "sha256")
    if table != "events":
        await _fill(store, table)

    with pytest.raises(Exception, match="kept for ever"):
        async with store._writer.begin() as connection:
            await connection.execute(text(statement))


async def _fill(store: SqlStore, table: str) -> None:
    columns = {
        "revisions": "(sha256, agreement_id, at) VALUES ('h', 'a', 0)",
        "signature_evidence": "(agreement_id, field, record, sha256, strokes) "
        "VALUES ('a', 'f', '', 'h', '')",
    }
    async with store._writer.begin() as connection:
        await connection.execute(text(f"INSERT INTO {table} {columns[table]}"))


async def test_a_cancelled_writer_leaves_no_lock(store: SqlStore):
    begun = asyncio.Event()

    async def write_and_wait() -> None:
        async with store.begin() as work:
            await work.people.add(a_person())
            begun.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write_and_wait())
    await begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    async with asyncio.timeout(5), store.begin() as work:
        await work.people.add(a_person())


async def test_cancelling_in_any_statement_leaves_a_working_store(store: SqlStore):
    async def write(number: int) -> None:
        async with store.begin() as work:
            await work.people.add(a_person(f"p{number}"))
            await work.jobs.add(SendNotice(f"n{number}"))

    async def cancel_after(number: int) -> None:
        writing = asyncio.create_task(write(number))
        for _ in range(number):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    for number in range(60):
        await cancel_after(number)

    async with asyncio.timeout(5):
        await write(1000)
    async with store.read() as work:
        assert (await work.people.get(PersonId("p1000"))).id == "p1000"
    people = await _count(store, "SELECT count(*) FROM people")
    assert people == len(await store.waiting_jobs())


async def _count(store: SqlStore, query: str) -> int:
    async with store._reader.connect() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def test_many_writers_of_one_process_take_turns(store: SqlStore):
    async def count() -> int:
        async with store.begin() as work:
            return await work.cases.next_number("case", 2026)

    numbers = await asyncio.gather(*(count() for _ in range(25)))

    assert sorted(numbers) == list(range(1, 26))


async def test_the_same_thing_kept_twice_is_stale(store: SqlStore):
    async with store.begin() as work:
        await work.people.add(a_person())

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.people.add(a_person())


async def test_a_full_disk_refuses_the_work_and_keeps_what_was_kept(tmp_path: Path):
    store = await SqlStore.open(sqlite_url(tmp_path), keys_of_this_run())
    async with store.begin() as work:
        await work.people.add(a_person("before"))
    async with store._writer.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    with pytest.raises(Unavailable):
        async with store.begin() as work:
            await work.cases.add(a_case(story="长" * 4000), an_event())

    async with store.read() as work:
        assert (await work.people.get(PersonId("before"))).id == "before"
        assert await work.cases.history(CASE) == []
    await store.close()


async def test_a_lock_that_is_not_given_back_is_told_and_not_waited_for_ever(tmp_path: Path):
    url = sqlite_url(tmp_path)
    store = await SqlStore.open(url, keys_of_this_run())
    async with store._writer.connect() as connection:
        await connection.execute(text("PRAGMA busy_timeout = 50"))
    holder = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable):
        async with store.begin() as work:
            await work.people.add(a_person())

    holder.execute("ROLLBACK")
    holder.close()
    async with store.begin() as work:
        await work.people.add(a_person())
    await store.close()


async def test_sqlite_is_opened_so_that_a_commit_is_on_disk(tmp_path: Path):
    store = await SqlStore.open(sqlite_url(tmp_path), keys_of_this_run())

    async with store._writer.connect() as connection:
        told = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]

    assert told == ["wal", 2, 1, 30000]
    await store.close()


async def test_a_database_that_drops_its_connections_is_found_again(postgres: Postgres):
    store = await SqlStore.open(postgres.emptied(), keys_of_this_run())
    drop = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = 'ledger' AND pid <> pg_backend_pid()"
    )

    async def lose_the_connection() -> None:
        async with store.begin() as work:
            await work.people.add(a_person())
            await asyncio.to_thread(postgres.run, drop)
            await work.people.add(a_person("other"))

    with pytest.raises(Unavailable):
        await lose_the_connection()

    async with store.begin() as work:
        await work.people.add(a_person())
    await store.close()
