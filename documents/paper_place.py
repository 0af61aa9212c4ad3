"""Where a paper process finds keys, fonts and the time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where a paper process finds what it works with."""

    pki: Path
    fonts: Path
    tsa_url: str = ""
