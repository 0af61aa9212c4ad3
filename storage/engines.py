"""Connections to the database: SQLite on one machine, PostgreSQL when one is not enough."""

from __future__ import annotations

from typing import Any

from psycopg.types.array import ListBinaryDumper
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_SECONDS = 30
READERS = 4


def is_sqlite(url: str) -> bool:
    """Is the ledger a file of this machine?"""
    return make_url(url).get_backend_name() == "sqlite"


def writing_engine(url: str) -> AsyncEngine:
    """Open the engine of writers; on SQLite the one writing connection of this process."""
    if not is_sqlite(url):
        return create_async_engine(_asynchronous(url), pool_pre_ping=True, hide_parameters=True)
    engine = _file_engine(url, connections=1)
    return _prepared(engine, begin="BEGIN IMMEDIATE")


def reading_engine(url: str, writer: AsyncEngine) -> AsyncEngine:
    """Open the engine of readers, which cannot write."""
    if not is_sqlite(url):
        return writer.execution_options(postgresql_readonly=True)
    engine = _file_engine(url, connections=READERS)
    return _prepared(engine, begin="BEGIN", only="query_only=ON")


def straight_engine(url: str) -> Engine:
    """Open a synchronous engine for the one thread that does whole transactions."""
    only = {"pool_size": 1, "max_overflow": 0, "hide_parameters": True}
    if not is_sqlite(url):
        engine = create_engine(_synchronous(url), pool_pre_ping=True, **only)
        event.listen(engine, "connect", _send_arrays_as_bytes)
        return engine
    engine = create_engine(_synchronous(url), **only)
    _prepare(engine, begin="BEGIN IMMEDIATE")
    return engine


def job_engine(url: str) -> Engine:
    """Open a synchronous engine, as DBOS and migrations use it."""
    engine = create_engine(_synchronous(url), hide_parameters=True)
    if not is_sqlite(url):
        return engine

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        _say(connection)
        # DBOS writes in short transactions of its own and expects them to be immediate.
        connection.isolation_level = "IMMEDIATE"

    return engine


def _synchronous(url: str) -> URL:
    return make_url(url).set(drivername="sqlite" if is_sqlite(url) else "postgresql+psycopg")


def _asynchronous(url: str) -> str:
    driver = "sqlite+aiosqlite" if is_sqlite(url) else "postgresql+psycopg"
    return make_url(url).set(drivername=driver).render_as_string(hide_password=False)


def _file_engine(url: str, *, connections: int) -> AsyncEngine:
    return create_async_engine(
        _asynchronous(url), pool_size=connections, max_overflow=0, hide_parameters=True
    )


def _prepared(engine: AsyncEngine, *, begin: str, only: str = "") -> AsyncEngine:
    _prepare(engine.sync_engine, begin=begin, only=only)
    return engine


def _prepare(engine: Engine, *, begin: str, only: str = "") -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late
        _say(connection, only)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _send_arrays_as_bytes(connection: Any, _record: Any) -> None:
    # Written as text, each value of an array is searched for what has to be escaped.
    connection.adapters.register_dumper(list, ListBinaryDumper)


def _say(connection: Any, only: str = "") -> None:
    cursor = connection.cursor()
    wanted = f"busy_timeout={BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL"
    for pragma in (*wanted, "foreign_keys=ON", only):
        if pragma:
            cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
