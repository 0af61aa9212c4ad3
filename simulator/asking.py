"""Reads what a request asks for, strictly."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web


class BadRequest(Exception):
    """The request makes no sense; the text names what is wrong, for a tester."""


@dataclass(frozen=True)
class Asked:
    """The JSON object of a request's body."""

    values: Mapping[str, Any]

    @classmethod
    async def of(cls, request: web.Request) -> Asked:
        """Read the body."""
        try:
            values = json.loads(await request.read() or b"{}")
        except (ValueError, RecursionError) as error:
            raise BadRequest("body: JSON is expected") from error
        if not isinstance(values, dict):
            raise BadRequest("body: an object is expected")
        return cls(values)

    def word(self, name: str, default: str | None = None) -> str:
        """Read a text; without a default it must be there."""
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value):
            raise BadRequest(f"{name}: a text is expected")
        return value

    def words(self, name: str, *, most: int) -> list[str]:
        """Read texts, one at least."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise BadRequest(f"{name}: texts are expected")
        if not 1 <= len(value) <= most:
            raise BadRequest(f"{name}: 1 to {most} are expected")
        return value

    def number(self, name: str) -> float:
        """Read a finite number."""
        value = self.values.get(name)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise BadRequest(f"{name}: a number is expected")
        return float(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a yes or no."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise BadRequest(f"{name}: true or false is expected")
        return value
