"""The file that holds the key of all sealed files."""

from __future__ import annotations

from pathlib import Path

from sealing.segments import KEY


class NoKey(ValueError):
    """No whole key is there: what would be sealed with it, anybody could open."""


def key_in(file: Path) -> bytes:
    """Read the key; raises NoKey naming the file."""
    try:
        key = file.read_bytes()
    except FileNotFoundError as missing:
        raise NoKey(f"{file} is missing") from missing
    if len(key) != KEY:
        raise NoKey(f"{file} holds {len(key)} octets and not {KEY}")
    return key
