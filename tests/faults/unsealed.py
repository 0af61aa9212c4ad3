"""Looks through a data folder for whatever somebody could read without its keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

#: How files begin that show something: PDF, PNG, JPEG, WebM, Ogg.
BEGINNINGS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1aE\xdf\xa3", b"OggS")
#: The simulator is the outside, with its settings; pki and fonts tell of no person.
NOT_PERSONAL = {"simulator", "simulator.json", "pki", "fonts"}


def readable(folder: Path, words: Iterable[str]) -> Iterator[str]:
    """Name every file that can be looked at, or that holds one of the words."""
    sought = [word.encode() for word in words]
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if NOT_PERSONAL & set(path.relative_to(folder).parts):
            continue
        octets = path.read_bytes()
        if octets.startswith(BEGINNINGS) or any(word in octets for word in sought):
            yield str(path.relative_to(folder))
