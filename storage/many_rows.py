"""Insert many rows by one statement whose text is the same for any number of rows.

A list of ``VALUES`` is another text for every other number of rows, and a driver that is handed the
rows one by one sends a statement for each.  PostgreSQL takes each column as an array; SQLite, which
is no server and costs no way there and back, takes the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql

from storage.transaction import inserting

Rows = Sequence[Mapping[str, Any]]


def inserting_many(
    rows: Table, dialect: str, *, beside: Mapping[str, ColumnElement[Any]] | None = None
) -> postgresql.Insert:
    """Begin an insert of :func:`many` rows; ``beside`` gives columns that are alike in all."""
    beside = beside or {}
    new = inserting(rows, dialect)
    if dialect == "sqlite":
        return new.values(**beside) if beside else new
    names = [one.name for one in rows.c if one.name not in beside]
    return new.from_select([*names, *beside], _unnested(rows, names, beside))


def many(
    dialect: str, rows: Rows, *, beside: Mapping[str, Any] | None = None
) -> Rows | Mapping[str, Any]:
    """Hand rows, one at least and all with the same columns, to such an insert."""
    beside = beside or {}
    if dialect == "sqlite":
        return [{**row, **beside} for row in rows] if beside else rows
    return {**{name: [row[name] for row in rows] for name in rows[0]}, **beside}


def _unnested(
    rows: Table, names: Sequence[str], beside: Mapping[str, ColumnElement[Any]]
) -> Select[Any]:
    arrays = [bindparam(name, type_=ARRAY(rows.c[name].type)) for name in names]
    columns = [column(name, rows.c[name].type) for name in names]
    new = func.unnest(*arrays).table_valued(*columns, name="new").render_derived()
    return select(*new.c, *beside.values())
