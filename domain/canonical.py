"""Facts as text whose hash can be compared: the same facts always give the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def canonical(record: Mapping[str, object]) -> str:
    """Write a record so that the same facts give the same bytes (RFC 8785 for our plain values)."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """Give the SHA-256 of the text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
