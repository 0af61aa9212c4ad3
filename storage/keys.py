"""The keys of the ledger: one file that seals personal columns and blinds what is looked up.

Whoever has the database without this file reads no name, number, address, story or talk.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

import tink
from tink import aead, json_proto_keyset_format, secret_key_access

from domain.errors import Unavailable

FILE = "ledger.keys"


class Keys:
    """Seals and opens personal values, and makes their blind indexes."""

    def __init__(self, sealing: aead.Aead, index_key: bytes) -> None:
        self._sealing = sealing
        self._index_key = index_key

    def seal(self, plain: str, place: str) -> bytes:
        """Encrypt a value for its place (``table.column``); it opens nowhere else."""
        return bytes(self._sealing.encrypt(plain.encode(), place.encode()))

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt a value; raises Unavailable if key, place or bytes are not the right ones."""
        try:
            return bytes(self._sealing.decrypt(sealed, place.encode())).decode()
        except tink.TinkError as error:
            raise Unavailable(f"{place}: sealed with another key, or damaged") from error

    def blind(self, value: str, place: str) -> str:
        """Keyed index of a value (HMAC-SHA256, hex): equal values meet, nothing can be read."""
        return hmac.new(self._index_key, f"{place}\0{value}".encode(), hashlib.sha256).hexdigest()


def establish(folder: Path) -> Keys:
    """Load the keys of this folder, made once if it has none."""
    if not (folder / FILE).exists():
        folder.mkdir(parents=True, exist_ok=True)
        keep_once(folder / FILE, _fresh().encode())
    return load(folder)


def load(folder: Path) -> Keys:
    """Load the keys; raises Unavailable naming the file if there are none or they are spoilt."""
    path = folder / FILE
    aead.register()
    try:
        kept = json.loads(path.read_text())
        keyset = json_proto_keyset_format.parse(
            json.dumps(kept["sealing"]), secret_key_access.TOKEN
        )
        sealing = keyset.primitive(aead.Aead)
        index_key = base64.b64decode(kept["index"], validate=True)
    except (OSError, ValueError, KeyError, tink.TinkError) as error:
        raise Unavailable(f"{path}: no usable keys ({type(error).__name__})") from error
    return Keys(sealing, index_key)


def _fresh() -> str:
    aead.register()
    keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    sealing = json.loads(json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN))
    index = base64.b64encode(secrets.token_bytes(32)).decode()
    return json.dumps({"sealing": sealing, "index": index})


def keep_once(path: Path, octets: bytes) -> None:
    """Make a key file that is whole from its first moment, unless there is one already."""
    # A link never overwrites: of two processes that start at once, one makes the keys.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
