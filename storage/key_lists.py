"""Ask for rows by a list of keys, in a statement whose text is the same for any number of keys.

``IN`` has a placeholder for each key: every other number of keys is another statement, to be built
by SQLAlchemy, parsed by the driver and planned by the database anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override


class _Keys(TypeDecorator[Sequence[str]]):
    """Many keys as one value: an array, or JSON where there are none."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has arrays."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Text))

    @override
    def process_bind_param(
        self, value: Sequence[str] | None, dialect: Dialect
    ) -> str | Sequence[str] | None:
        """Write JSON where there are no arrays."""
        if value is None or dialect.name != "sqlite":
            return value
        return json.dumps(list(value))


class _Among(FunctionElement[bool]):
    """A column whose value is in a list."""

    name = "among"
    type: TypeEngine[bool] = Boolean()
    inherit_cache: bool | None = True


def among(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Match what is in the list that the statement is given by this name."""
    return _Among(column, bindparam(name, type_=_Keys()))


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({keys})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  # both compiled here
