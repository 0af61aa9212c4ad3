from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from domain.errors import DomainError
from storage.engines import job_engine
from storage.migrate import NewerSchema, OlderSchema, check, head, upgrade
from storage.schema import SCHEMA
from storage.store import SqlStore
from tests.engines import Postgres
from tests.stores import keys_of_this_run


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'ledger.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create("empty_ledger")


def ours(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    return kind != "table" or name in SCHEMA.tables


def test_the_migrated_schema_is_the_one_the_program_is_written_for(empty_url: str):
    upgrade(empty_url)

    engine = job_engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True}
        )
        difference = compare_metadata(context, SCHEMA)
    engine.dispose()

    assert difference == []


def test_migrating_again_changes_nothing_and_fits(empty_url: str):
    upgrade(empty_url)
    upgrade(empty_url)

    check(empty_url)
    engine = job_engine(empty_url)
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    assert tables >= set(SCHEMA.tables)


async def test_a_database_of_a_newer_program_is_refused_untouched(empty_url: str):
    upgrade(empty_url)
    _write_revision(empty_url, "9999")

    with pytest.raises(NewerSchema, match="9999"):
        check(empty_url)
    with pytest.raises(NewerSchema):
        upgrade(empty_url)
    with pytest.raises(NewerSchema) as refusal:
        await SqlStore.open(empty_url, keys_of_this_run())
    assert isinstance(refusal.value, DomainError)
    assert refusal.value.code == "newer-schema"
    _write_revision(empty_url, head())
    check(empty_url)


def _write_revision(url: str, revision: str) -> None:
    engine = job_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})
    engine.dispose()


async def test_a_database_that_was_never_migrated_says_so(empty_url: str):
    upgrade_needed = pytest.raises(OlderSchema, match="migrate")

    Path(empty_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    with upgrade_needed:
        await SqlStore.open(empty_url, keys_of_this_run())


def test_revisions_are_numbered_in_a_row():
    files = Path("storage/migrations/versions").glob("*.py")
    numbers = sorted(re.match(r"(\d{4})_", one.name)[1] for one in files)  # type: ignore[index]  # none is a failure

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert head() == numbers[-1]


@pytest.mark.parametrize("edited", [False, True])
def test_a_film_made_before_some_recordings_had_nothing_to_see_is_kept(
    empty_url: str, *, edited: bool
):
    upgrade(empty_url, "0024")
    engine = job_engine(empty_url)
    with engine.begin() as connection:
        if edited:  # as 0022 was for some days
            connection.execute(text("DROP INDEX ix_montages_meeting_id"))
            connection.execute(
                text("ALTER TABLE montages ADD COLUMN empty BOOLEAN NOT NULL DEFAULT false")
            )
        connection.execute(
            text(
                "INSERT INTO montages (recording, meeting_id, made_of, number, parts, done,"
                " seconds, ready) VALUES ('m1', 'm1', 'f', 1, 2, 2, 90.0, true)"
            )
        )

    upgrade(empty_url)

    with engine.connect() as connection:
        (film,) = connection.execute(text("SELECT recording, empty FROM montages"))
        indexes = inspect(connection).get_indexes("montages")
    engine.dispose()
    assert (film[0], bool(film[1]), indexes) == ("m1", False, [])
