"""Our own styles and scripts: read once, named by their content, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from domain.errors import NotFound

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One file, plain and compressed."""

    body: bytes
    packed: bytes
    tag: str
    content_type: str


class Statics:
    """The files below ``static``."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): _load(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in TYPES
        }

    def address(self, name: str) -> str:
        """The address of a file, changing with its content.

        A module keeps one address: under a second one it would be loaded, and act, twice.
        """
        if name.endswith(".js"):
            return f"/static/{name}"
        return f"/static/{name}?v={self._files[name].tag}"

    def get(self, name: str) -> StaticFile:
        """Return a file; raises NotFound."""
        if name not in self._files:
            raise NotFound(name)
        return self._files[name]


def _load(path: Path) -> StaticFile:
    body = path.read_bytes()
    return StaticFile(
        body=body,
        packed=gzip.compress(body, 9, mtime=0),
        tag=hashlib.sha256(body).hexdigest()[:12],
        content_type=TYPES[path.suffix],
    )
