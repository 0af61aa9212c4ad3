"""A copy of everything that must not be lost, taken while the service runs, and its way back.

The database comes first and the objects after it: an object is on disk before the ledger tells of
it, so a copy may hold objects nobody tells of, but never the other way round.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import make_url

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


def backup(url: str, objects_folder: Path | None, keys_folder: Path, into: Path) -> Manifest:
    """Copy database, objects and keys into a new folder; it appears whole or not at all.

    Without ``objects_folder`` the objects are in a bucket, which has its own versions.
    """
    if into.exists():
        raise NotEmpty(str(into))
    draft = into.with_name(f".{into.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    manifest = _copy_database(url, draft)
    if objects_folder is not None:
        drafts = shutil.ignore_patterns(f"{DRAFTS}*")
        shutil.copytree(objects_folder, draft / OBJECTS, ignore=drafts)
    _copy_keys(keys_folder, draft / KEYS)
    (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    os.sync()
    draft.rename(into)
    os.sync()
    return manifest


def restore(source: Path, url: str, objects_folder: Path | None, keys_folder: Path) -> Manifest:
    """Put a backup back where nothing is yet, and migrate it to this program's schema."""
    manifest = read_manifest(source)
    _refuse_what_is_there(url, objects_folder, keys_folder)
    if is_sqlite(url) != (manifest.engine == "sqlite"):
        raise Unavailable(f"this backup is of {manifest.engine}, the database is not")
    if manifest.engine == "sqlite":
        path = Path(str(make_url(url).database))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / LEDGER, path)
    else:
        upgrade(url, manifest.revision)
        copy_in(url, manifest.tables, source / TABLES)
    if objects_folder is not None and (source / OBJECTS).exists():
        shutil.copytree(source / OBJECTS, objects_folder, dirs_exist_ok=True)
    _copy_keys(source / KEYS, keys_folder)
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
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / KEYS_FILE, target / KEYS_FILE)
    (target / KEYS_FILE).chmod(0o600)


def _refuse_what_is_there(url: str, objects_folder: Path | None, keys_folder: Path) -> None:
    taken: Sequence[Path] = [keys_folder / KEYS_FILE]
    if is_sqlite(url):
        taken = [*taken, Path(str(make_url(url).database))]
    elif holds_anything(url):
        raise NotEmpty("the database has tables")
    for path in taken:
        if path.exists():
            raise NotEmpty(str(path))
    if objects_folder is not None and objects_folder.exists() and any(objects_folder.iterdir()):
        raise NotEmpty(str(objects_folder))
