"""Every row of a PostgreSQL database out to files and back, by COPY on one snapshot.

The server's own pg_dump need not be installed, nor fit the server's version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, make_url

from domain.errors import Unavailable
from storage.engines import job_engine
from storage.migrate import JOB_SCHEMA

SCHEMAS = ("public", JOB_SCHEMA)
#: The migrations write these; a copy of another version does not fit and is refused.
VERSIONS = frozenset({("public", "alembic_version"), (JOB_SCHEMA, "dbos_migrations")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was copied."""

    schema: str
    name: str
    columns: tuple[str, ...]
    rows: int

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.schema}.{self.name}.copy"

    @property
    def target(self) -> sql.Composed:
        """The table and its columns, quoted."""
        columns = sql.SQL(", ").join(sql.Identifier(one) for one in self.columns)
        return sql.SQL("{} ({})").format(sql.Identifier(self.schema, self.name), columns)


def copy_out(url: str, folder: Path) -> tuple[str, Sequence[Table]]:
    """Copy every table as it stood at one moment; return the schema's revision and the tables."""
    with _connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        (revision,) = _one(connection, "SELECT version_num FROM public.alembic_version")
        tables = [_out(connection, table, folder) for table in _tables(url)]
    return str(revision), tables


def copy_in(url: str, tables: Sequence[Table], folder: Path) -> None:
    """Fill an empty, migrated database, in one transaction."""
    with _connected(url) as connection:
        for table in tables:
            if (table.schema, table.name) in VERSIONS:
                _expect_same(connection, table, folder)
            else:
                _in(connection, table, folder)


def holds_anything(url: str) -> bool:
    """Are there tables already?  Raises Unavailable if the database does not answer."""
    try:
        with _connected(url) as connection:
            (count,) = _one(
                connection,
                "SELECT count(*) FROM information_schema.tables "
                "WHERE table_schema IN ('public', 'dbos')",
            )
    except psycopg.Error as error:
        raise Unavailable(f"the database does not answer ({type(error).__name__})") from error
    return bool(count)


def _tables(url: str) -> Sequence[Table]:
    engine = job_engine(url)
    try:
        found: list[Table] = []
        for schema in SCHEMAS:
            known = MetaData()
            known.reflect(engine, schema=schema)
            found += [
                Table(schema=schema, name=one.name, columns=tuple(one.c.keys()), rows=0)
                for one in known.sorted_tables
            ]
        return found
    finally:
        engine.dispose()


def _out(connection: psycopg.Connection[Any], table: Table, folder: Path) -> Table:
    with connection.cursor() as cursor, (folder / table.file).open("wb") as file:
        with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(table.target)) as copy:
            for block in copy:
                file.write(block)
        return Table(
            schema=table.schema, name=table.name, columns=table.columns, rows=cursor.rowcount
        )


def _in(connection: psycopg.Connection[Any], table: Table, folder: Path) -> None:
    with connection.cursor() as cursor, (folder / table.file).open("rb") as file:
        if table.schema == JOB_SCHEMA:  # its migrations may have written first rows of their own
            emptied = sql.SQL("DELETE FROM {}")
            cursor.execute(emptied.format(sql.Identifier(table.schema, table.name)))
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table.target)) as copy:
            while block := file.read(1 << 16):
                copy.write(block)
        if cursor.rowcount != table.rows:
            raise Unavailable(f"{table.file}: {cursor.rowcount} rows instead of {table.rows}")
        for column in table.columns:
            _count_on(cursor, table, column)


def _count_on(cursor: psycopg.Cursor[Any], table: Table, column: str) -> None:
    # A counter goes on behind the last number that was given out.
    where = sql.Identifier(table.schema, table.name)
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", (where.as_string(cursor), column))
    (sequence,) = cursor.fetchone() or (None,)
    if sequence is not None:
        moving = "SELECT setval(%s, (SELECT coalesce(max({}), 0) + 1 FROM {}), false)"
        cursor.execute(sql.SQL(moving).format(sql.Identifier(column), where), (sequence,))


def _expect_same(connection: psycopg.Connection[Any], table: Table, folder: Path) -> None:
    telling = sql.SQL("COPY {} TO STDOUT").format(table.target)
    with connection.cursor() as cursor, cursor.copy(telling) as copy:
        now = b"".join(bytes(block) for block in copy)
    if now != (folder / table.file).read_bytes():
        raise Unavailable(f"{table.schema}.{table.name}: restore with the program that made this")


def _one(connection: psycopg.Connection[Any], query: Any) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    return tuple(row) if row else (None,)


def _connected(url: str) -> psycopg.Connection[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain)
