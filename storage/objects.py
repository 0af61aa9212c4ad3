"""Files by key: a folder of this machine, or any S3."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store
from typing_extensions import override

from domain.errors import BadInput, NotFound, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Config  # the library has it for type checkers only

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
LONGEST_KEY = 512
DRAFTS = "drafts-"  #: unfinished files, swept away by nobody's hand but harmless


def open_objects(url: str, **settings: str) -> StoredObjects:
    """Open a folder, or ``s3://bucket/prefix`` with settings as obstore names them."""
    if urlsplit(url).scheme == "s3":
        plain_http = settings.get("endpoint", "").startswith("http://")  # the configuration judged
        store = S3Store.from_url(
            url, config=cast("S3Config", settings), client_options={"allow_http": plain_http}
        )
        return StoredObjects(store)
    return FolderObjects(Path(url.removeprefix("file://")))


class StoredObjects:
    """Reading files from any of obstore's stores; keeping them differs."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes; the store has them whole or not at all when this returns."""
        check_key(key)
        with _as_ours(key):
            await obstore.put_async(self._store, key, data)

    async def bring(self, key: str, file: Path) -> None:
        """Keep a file piece by piece, whole or not at all when this returns."""
        check_key(key)
        with _as_ours(key):
            await obstore.put_async(self._store, key, file)

    async def get(self, key: str) -> bytes:
        """Return the bytes, or raise NotFound."""
        check_key(key)
        with _as_ours(key):
            result = await obstore.get_async(self._store, key)
            return bytes(await result.bytes_async())

    async def size(self, key: str) -> int:
        """Return how many bytes there are now, or raise NotFound."""
        check_key(key)
        with _as_ours(key):
            return (await obstore.head_async(self._store, key))["size"]

    async def drop(self, key: str) -> None:
        """Delete the bytes; what is not there any more is deleted."""
        check_key(key)
        with suppress(NotFound), _as_ours(key):
            await obstore.delete_async(self._store, key)

    async def part(self, key: str, *, start: int, length: int) -> bytes:
        """Return that many bytes from ``start`` (fewer at the end), or raise NotFound."""
        check_key(key)
        with _as_ours(key):
            found = await obstore.get_range_async(self._store, key, start=start, length=length)
            return bytes(found)


class FolderObjects(StoredObjects):
    """Files in a folder: written beside, synced, then renamed into place."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._local = LocalStore(folder, automatic_cleanup=False)
        super().__init__(self._local)

    @override
    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes; they are on disk when this returns."""
        check_key(key)
        await asyncio.shield(asyncio.to_thread(self._put, key, data))

    @override
    async def bring(self, key: str, file: Path) -> None:
        """Keep a file piece by piece; it is on disk when this returns."""
        check_key(key)
        await asyncio.shield(asyncio.to_thread(self._put, key, file))

    def _put(self, key: str, data: bytes | Path) -> None:
        draft = f"{DRAFTS}{secrets.token_hex(8)}"
        try:
            with _as_ours(key):
                obstore.put(self._local, draft, data)
                _sync(self._folder / draft)
                obstore.rename(self._local, draft, key)
                _sync_folders(self._folder, self._folder / key)
        except Unavailable:
            (self._folder / draft).unlink(missing_ok=True)
            raise


def check_key(key: str) -> None:
    """Raise BadInput unless the key is a plain path that can't leave its folder."""
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key) or key.startswith(DRAFTS):
        raise BadInput("key", "letters, digits, dots, dashes; parts joined by slashes")


@contextmanager
def _as_ours(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(key) from error
    except (BaseError, OSError) as error:
        raise Unavailable(type(error).__name__) from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folders(top: Path, path: Path) -> None:
    # The name of a new file is on disk only when its folder is, up to the first old one.
    for folder in path.parents:
        _sync(folder)
        if folder == top:
            return
