"""The kinds of columns: instants, sealed personal values, lists of words."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from typing import cast as take_as
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Dialect, Engine, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from storage.keys import Keys

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Base(DeclarativeBase):
    """Every table of the ledger; its constraints are named, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table(row: type[Base]) -> Table:
    """Return the table behind the rows: statements of many rows go past the mapper."""
    return take_as("Table", row.__table__)


class Versioned(Base):
    """A thing that two people may change at once: the second of them is refused."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(Text, primary_key=True, sort_order=-1)
    version: Mapped[int] = mapped_column(Integer, sort_order=1)


class UtcInstant(TypeDecorator[datetime]):
    """A moment as microseconds since 1970 in UTC: SQLite would drop its time zone."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = BigInteger
    cache_ok: bool | None = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Keep an aware moment; a naive one is a mistake of the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return (value - EPOCH) // MICROSECOND

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Words(TypeDecorator[tuple[str, ...]]):
    """A few words in their order, as a JSON list."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    @override
    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """Keep the words."""
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Give the words back."""
        return None if value is None else tuple(json.loads(value))


_KEYS: WeakKeyDictionary[Dialect, Keys] = WeakKeyDictionary()


def hand_keys(engine: Engine, keys: Keys) -> None:
    """Let the sealed columns of this engine use these keys."""
    _KEYS[engine.dialect] = keys


class Encrypted(TypeDecorator[str]):
    """A personal value, sealed for its place: moved to another column it does not open."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = LargeBinary
    cache_ok: bool | None = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal."""
        return None if value is None else _KEYS[dialect].seal(value, self.place)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Open."""
        return None if value is None else _KEYS[dialect].open(bytes(value), self.place)


class SealedText(Encrypted):
    """A personal value sealed into a column of text.

    A line of the history is never changed: what was kept there before it was sealed stays plain.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Seal."""
        sealed = super().process_bind_param(value, dialect)
        return None if sealed is None else base64.b64encode(sealed).decode()

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Open."""
        if value is None or str(value).startswith("{"):
            return None if value is None else str(value)
        return super().process_result_value(base64.b64decode(value), dialect)
