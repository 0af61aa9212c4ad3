"""One transaction on one connection: statements end whole, failures speak the domain's words."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from typing import cast as take_as

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Executable,
    Float,
    Select,
    Table,
    bindparam,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from domain.errors import LedgerAway, NotFound, Stale
from storage.columns import Base, Versioned
from storage.keys import Keys

T = TypeVar("T")
COUNTED = {"preserve_rowcount": True}  #: else an insert on PostgreSQL forgets if it met a conflict
SERVERS_NOW = cast(func.extract("epoch", func.clock_timestamp()), Float)


class Transaction:
    """What the repositories of one piece of work share."""

    def __init__(self, session: AsyncSession | Session, keys: Keys) -> None:
        self.session = session
        self.keys = keys
        self.dialect = session.get_bind().dialect.name

    async def open(self) -> None:
        """Begin now, so that a writer waits before it has read anything."""
        await self._do(Session.connection)

    async def commit(self) -> None:
        """Keep everything; it is on disk when this returns."""
        await self._do(Session.commit)

    async def leave(self) -> None:
        """Undo what was not kept, and give the connection back."""
        await self._do(Session.rollback)
        await self._do(Session.close)

    async def maybe(self, wanted: Select[T]) -> T | None:
        """Return the first row, if there is one."""
        return await self._do(lambda session: session.scalars(wanted).first())

    async def one(self, wanted: Select[T]) -> T:
        """Return the row; raises NotFound."""
        found = await self.maybe(wanted)
        if found is None:
            raise NotFound(str(wanted.column_descriptions[0]["name"]))
        return found

    async def all(self, wanted: Select[T]) -> Sequence[T]:
        """Return every row."""
        return await self._do(lambda session: session.scalars(wanted).all())

    async def tuples(
        self,
        statement: Executable,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> Sequence[Any]:
        """Return rows of several columns: of a select, or of what a change of many returns."""
        return await self._do(lambda session: session.execute(statement, values).all())

    async def run_all(
        self, statement: Executable, many: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> None:
        """Change many rows, each with its own values."""
        if many:
            await self._do(lambda session: session.execute(statement, many))

    async def run(self, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
        """Change rows and count them."""
        done = await self._do(
            lambda session: session.execute(statement, values, execution_options=COUNTED)
        )
        return take_as("CursorResult[Any]", done).rowcount

    async def within(self, work: Callable[[Session], T]) -> T:
        """Run a library's synchronous function on this transaction's session."""
        return await self._do(work)

    async def _do(self, statement: Callable[[Session], T]) -> T:
        """Run one statement whole; on a session of this thread without waiting for anything."""
        if isinstance(self.session, Session):
            with _in_domain_words():
                return statement(self.session)
        return await whole(self.session.run_sync(statement))

    async def swap(self, row: type[Versioned], key: str, version: int, **values: Any) -> None:
        """Change a row that still has this version, by compare-and-set; raises Stale."""
        same = update(row).where(row.id == key, row.version == version)
        if await self.run(same.values(version=version + 1, **values)) == 0:
            raise Stale(key)

    async def alone(self, name: str) -> None:
        """Until the end of this transaction let nobody else do what goes by this name."""
        if self.dialect != "sqlite":  # whose writers take turns anyway
            number = int.from_bytes(
                hashlib.sha256(f"fengqiao {name}".encode()).digest()[:8], signed=True
            )
            await self.tuples(select(func.pg_advisory_xact_lock(number)))

    def insert(self, row: type[Base] | Table) -> postgresql.Insert:
        """Begin an insert that can say what happens on conflict."""
        return inserting(row, self.dialect)

    def machine_now(self) -> ColumnElement[float]:
        """Seconds of the clock all holders of leases share: the server's, or this machine's."""
        return literal(time.time()) if self.dialect == "sqlite" else SERVERS_NOW

    def clock_values(self, *, seconds: float = 0) -> dict[str, float]:
        """Give what a statement with :func:`shared_clock` and :func:`later` has to be told."""
        if self.dialect == "sqlite":
            now = time.time()
            return {"now": now, "later": now + seconds}
        return {"seconds": seconds}


def shared_clock(dialect: str) -> ColumnElement[float]:
    """Seconds of the clock all holders of leases share, in a statement that is built once."""
    return bindparam("now", type_=Float) if dialect == "sqlite" else SERVERS_NOW


def later(dialect: str) -> ColumnElement[float]:
    """Some seconds later by that clock."""
    if dialect == "sqlite":
        return bindparam("later", type_=Float)
    return SERVERS_NOW + bindparam("seconds", type_=Float)


def inserting(row: type[Base] | Table, dialect: str) -> postgresql.Insert:
    """Begin an insert that can say what happens on conflict; both engines speak it alike."""
    if dialect == "sqlite":
        return take_as("postgresql.Insert", sqlite.insert(row))
    return postgresql.insert(row)


async def whole(statement: Coroutine[Any, Any, T]) -> T:
    """Let a statement end before a cancellation is heard, and say failures in the domain's words.

    One that is cancelled half-way leaves its connection locked (aiosqlite) or thrown away.
    """
    task = asyncio.ensure_future(statement)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as heard:
            cancelled = heard
    if cancelled is not None:
        task.exception()
        raise cancelled
    with _in_domain_words():
        return task.result()


@contextmanager
def _in_domain_words() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Stale(_kind(error)) from error
    except (OperationalError, InterfaceError, InternalError, PoolTimeoutError) as error:
        raise LedgerAway(_kind(error)) from error


def _kind(error: Exception) -> str:
    # Only the library's class: the message of a database quotes values.
    return type(getattr(error, "orig", None) or error).__name__
