"""Which media worker a new room goes to, and one whose worker is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def choose(meeting: str, workers: Iterable[str]) -> str:
    """Choose among the workers that live: whoever asks gets the same one (rendezvous hashing).

    When one of them goes, only its own rooms are spread over the others.
    """
    return max(workers, key=lambda one: hashlib.sha256(f"{one}|{meeting}".encode()).digest())
