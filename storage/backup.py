"""A copy of everything that must not be lost, taken while the service runs, and its way back.

The database comes first and the objects after it: an object is on disk before the ledger tells of
it, so a copy may hold objects nobody tells of, but never the other way round.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import Refused, Unavailable
from storage.engines import is_sqlite
from storage.keys import FILE as KEYS_FILE
from storage.migrate import upgrade
from storage.objects import DRAFTS
from storage.postgres_copy import Table, copy_in, copy_out, holds_anything

MANIFEST, LEDGER, TABLES, OBJECTS, KEYS = "manifest.json", "ledger.db", "tables", "objects", "keys"


class NotEmpty(Refused):
    """There is something where the copy should go; nothing was touched."""

    code = "not-empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    engine: str  #: ``sqlite`` or ``postgresql``
    revision: str  #: of the schema
    tables: tuple[Table, ...] = ()  #: of PostgreSQL, each after those it points to


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What goes into a backup and comes out of it again."""

    database: str  #: its URL
    objects: Path | None  #: None if they are in a bucket, which has its own versions
    keys: Path
    beside: Mapping[str, Path] = field(default_factory=dict)  #: more files and folders, by name
    left_out: tuple[str, ...] = ()  #: patterns of files that are not copied


def nobody_listens(_path: Path) -> None:
    """Take no notice of a copied file."""


def backup(
    what: Belongings, into: Path, *, copied: Callable[[Path], None] = nobody_listens
) -> Manifest:
    """Copy everything into a new folder; it appears whole or not at all."""
    if into.exists():
        raise NotEmpty(str(into))
    draft = into.absolute().with_name(f".{into.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        manifest = _copy_all(what, draft, copied)
        os.sync()
        draft.rename(into)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    os.sync()
    return manifest


def _copy_all(what: Belongings, draft: Path, copied: Callable[[Path], None]) -> Manifest:
    copier = Copier(copied, left_out=what.left_out)
    manifest = _copy_database(what.database, draft)
    if what.objects is not None:
        copier.copy(what.objects, draft / OBJECTS)
    _copy_keys(what.keys, draft / KEYS)
    for name, path in what.beside.items():
        copier.copy(path, draft / name)
    (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    return manifest


@dataclass(frozen=True, slots=True)
class Copier:
    """Copies files and folders with their times, while others may still write there."""

    copied: Callable[[Path], None]
    left_out: tuple[str, ...] = ()

    def copy(self, source: Path, target: Path) -> None:
        """Copy a file or a folder, if it is there."""
        if source.is_dir():
            ignored = shutil.ignore_patterns(f"{DRAFTS}*", *self.left_out)
            shutil.copytree(
                source, target, ignore=ignored, copy_function=self._file, dirs_exist_ok=True
            )
        elif source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._file(str(source), str(target))

    def _file(self, source: str, target: str) -> None:
        # No file that the ledger tells of is ever removed: what vanishes meanwhile was a draft.
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(source, target)
            self.copied(Path(source))


def restore(
    source: Path, what: Belongings, *, copied: Callable[[Path], None] = nobody_listens
) -> Manifest:
    """Put a backup back where nothing is yet, and migrate it to this program's schema."""
    url, copier = what.database, Copier(copied)
    manifest = read_manifest(source)
    _refuse_what_is_there(what)
    if is_sqlite(url) != (manifest.engine == "sqlite"):
        raise Unavailable(f"this backup is of {manifest.engine}, the database is not")
    if manifest.engine == "sqlite":
        path = Path(str(make_url(url).database))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / LEDGER, path)
    else:
        upgrade(url, manifest.revision)
        copy_in(url, manifest.tables, source / TABLES)
    if what.objects is not None:
        copier.copy(source / OBJECTS, what.objects)
    _copy_keys(source / KEYS, what.keys)
    for name, path in what.beside.items():
        copier.copy(source / name, path)
    os.sync()
    upgrade(url)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """Return what the backup holds; raises Unavailable if the folder is none."""
    try:
        told = json.loads((source / MANIFEST).read_text())
        tables = tuple(Table(**{**one, "columns": tuple(one["columns"])}) for one in told["tables"])
        return Manifest(engine=told["engine"], revision=told["revision"], tables=tables)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"{source}: no backup ({type(error).__name__})") from error


def _copy_database(url: str, draft: Path) -> Manifest:
    try:
        return _database_copied(url, draft)
    except (sqlite3.Error, psycopg.Error, SQLAlchemyError) as error:
        # Only the class: the message of a database may quote values.
        raise Unavailable(f"the database cannot be read ({type(error).__name__})") from error


def _database_copied(url: str, draft: Path) -> Manifest:
    if not is_sqlite(url):
        (draft / TABLES).mkdir()
        revision, tables = copy_out(url, draft / TABLES)
        return Manifest(engine="postgresql", revision=revision, tables=tuple(tables))
    with (
        closing(sqlite3.connect(f"file:{make_url(url).database}?mode=ro", uri=True)) as running,
        closing(sqlite3.connect(draft / LEDGER)) as copy,
    ):
        running.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    return Manifest(engine="sqlite", revision=str(revision))


def _copy_keys(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(source / KEYS_FILE, target / KEYS_FILE)
    (target / KEYS_FILE).chmod(0o600)


def _refuse_what_is_there(what: Belongings) -> None:
    taken = [what.keys / KEYS_FILE, *what.beside.values()]
    if what.objects is not None:
        taken.append(what.objects)
    if is_sqlite(what.database):
        taken.append(Path(str(make_url(what.database).database)))
    elif holds_anything(what.database):
        raise NotEmpty("the database has tables")
    for path in taken:
        if any(path.iterdir()) if path.is_dir() else path.exists():
            raise NotEmpty(str(path))
