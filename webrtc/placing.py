"""Which media worker has a room."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def worker_of(meeting: str, sockets: Sequence[Path]) -> int:
    """Choose the worker of a room: always the same one, whoever asks (rendezvous hashing)."""
    weights = [hashlib.sha256(f"{one.name}|{meeting}".encode()).digest() for one in sockets]
    return weights.index(max(weights))
