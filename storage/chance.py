"""Ids and secrets nobody can guess, from the operating system's randomness."""

from __future__ import annotations

import base64
import secrets


class SystemChance:
    """Makes ids and codes."""

    def id(self) -> str:
        """Return a new id: base32 of 16 random bytes, 26 characters, lower case."""
        return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()

    def digits(self, count: int) -> str:
        """Return that many random digits, leading zeros kept."""
        return "".join(secrets.choice("0123456789") for _ in range(count))
