"""The fields of a push, read as what they must be; XML and JSON agree here."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import xmltodict

Fields: TypeAlias = Mapping[str, Any]

#: What XML 1.0 (2.2) does not allow: NUL, which PostgreSQL refuses too, and halves of emoji.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_fields(body: bytes, *, is_json: bool) -> Fields:
    """Read a push, or what was encrypted in it; whatever a parser raises, the caller expects.

    Blanks around what a person wrote are theirs.
    """
    if is_json:
        return named(_mapping(json.loads(body)))
    return named(_mapping(xmltodict.parse(body.decode(), strip_whitespace=False)["xml"]))


def _mapping(found: object) -> Mapping[Any, Any]:
    if not isinstance(found, Mapping):
        raise TypeError("no fields")
    return found


def named(found: Mapping[Any, Any]) -> Fields:
    """Take the blanks from the names: samples of the platform have ``" OpenID"``."""
    return {str(name).strip(): value for name, value in found.items()}


def content(fields: Fields, name: str) -> str:
    """Return a field as text, blanks and all; absent, null and nested ones are empty."""
    found = fields.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return writable(str(found))


def words(fields: Fields, name: str) -> str:
    """Return a field as text without the blanks around it."""
    return content(fields, name).strip()


def required(fields: Fields, name: str) -> str:
    """Return a field that must be there; raises ValueError without it."""
    if not (found := words(fields, name)):
        raise ValueError(name)
    return found


def degrees(fields: Fields, name: str, *, most: int) -> float | None:
    """Return a field as an angle, or nothing if it can be none."""
    try:
        found = float(words(fields, name))
    except ValueError:
        return None
    return found if math.isfinite(found) and abs(found) <= most else None


def part(fields: Fields, name: str) -> Fields:
    """Return the fields within a field; none if it holds no fields."""
    found = fields.get(name)
    return named(found) if isinstance(found, Mapping) else {}


def items(found: object) -> Iterator[Fields]:
    """Give the items of a list: one comes as an object, several as an array."""
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, Mapping):
            yield named(item)


def writable(text: str) -> str:
    """Leave out the characters that neither XML nor a database can hold."""
    return _UNWRITABLE.sub("", text)
