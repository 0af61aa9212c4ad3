"""Brings a database to the schema of this program, and says when it does not fit."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS
from sqlalchemy import Connection, Engine, event, make_url

from domain.errors import Unavailable
from storage.engines import is_sqlite, job_engine

SCRIPTS = Path(__file__).parent / "migrations"
JOB_SCHEMA = "dbos"
_LOCK = 0x66656E67  #: "feng": two programs that start at once migrate one after the other


class NewerSchema(Unavailable):
    """A newer program has changed this database: use that one, or restore a backup."""

    code = "newer-schema"


class OlderSchema(Unavailable):
    """The database waits to be migrated."""

    code = "older-schema"


def head() -> str:
    """Return the revision that this program is written for."""
    return _revisions()[0]


def upgrade(url: str, to: str = "head") -> None:
    """Migrate the database, and the tables of the jobs in it; raises NewerSchema."""
    with _opened(url) as engine:
        with engine.begin() as connection:
            if not is_sqlite(url):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            _refuse_newer(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
        _migrate_jobs(engine)


def check(url: str) -> None:
    """Raise NewerSchema or OlderSchema unless the database fits this program."""
    with _opened(url) as engine, engine.connect() as connection:
        _refuse_newer(connection)
        if _revision(connection) != head():
            raise OlderSchema(f"the database is at revision {_revision(connection)}: migrate first")


def _refuse_newer(connection: Connection) -> None:
    revision = _revision(connection)
    if revision is not None and revision not in _revisions():
        raise NewerSchema(f"the database is at revision {revision}, unknown to this program")


@cache
def _revisions() -> tuple[str, ...]:
    """Every revision this program knows, the newest first."""
    scripts = ScriptDirectory.from_config(_config())
    return tuple(one.revision for one in scripts.walk_revisions())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every look
    if is_sqlite(url) and (path := make_url(url).database):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = job_engine(url)
    if is_sqlite(url):
        _begin_before_ddl(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def _begin_before_ddl(engine: Engine) -> None:
    # The driver begins only before INSERT and the like; a migration is one transaction or none.
    @event.listens_for(engine, "connect")
    def manual(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate_jobs(engine: Engine) -> None:
    logging.getLogger("dbos").setLevel(logging.WARNING)
    url = engine.url.render_as_string(hide_password=False)
    DBOS.migrate(url, schema=JOB_SCHEMA)
