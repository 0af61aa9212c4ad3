"""The areas of the country (行政区划): provinces down to villages, by their 12-digit codes.

Codes grow by level (GB/T 2260 to the county, GB/T 10114 below it): 2 digits name a province, 4 a
city, 6 a county, 9 a town or street, 12 a village; shorter ones are filled up with zeros.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import BadInput

CODE_LENGTHS = (2, 4, 6, 9, 12)
LONGEST_NAME = 60  #: characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area and the one it lies in."""

    code: str  #: 12 digits
    name: str
    parent: str = ""  #: 12 digits; empty for a province


def full_code(code: str) -> str:
    """Fill a code up to its 12 digits; raises BadInput for what is no code."""
    if len(code) not in CODE_LENGTHS or not (code.isascii() and code.isdigit()):
        raise BadInput("code", code[:20])
    return code.ljust(12, "0")


def areas_of(tree: object) -> Sequence[Area]:
    """Read a tree of ``{"code", "name", "children"}``, every parent before its children.

    Raises BadInput that names the place.  A child with its parent's own code (a city without
    counties, such as 441900 in 4419) is the parent again.
    """
    found: dict[str, Area] = {}
    for area in _walk(tree, within="", parent=""):
        if found.setdefault(area.code, area) != area:
            raise BadInput(area.code, "stands in the file twice, with another name or parent")
    return list(found.values())


def _walk(nodes: object, *, within: str, parent: str) -> Iterator[Area]:
    """Give every area below ``within``, the code as the file has it."""
    if not isinstance(nodes, list):
        raise BadInput(within or "top", "is no list")
    for node in nodes:
        if not isinstance(node, Mapping):
            raise BadInput(within or "top", "holds what is no area")
        area = _area(node, within=within, parent=parent)
        if area.code != parent:
            yield area
        yield from _walk(node.get("children", []), within=str(node["code"]), parent=area.code)


def _area(node: Mapping[str, Any], *, within: str, parent: str) -> Area:
    code, name = node.get("code"), node.get("name")
    if not isinstance(code, str) or not isinstance(name, str):
        raise BadInput(within or "top", "code and name are texts")
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadInput(code[:20], "has no name, or too long a one")
    if not code.startswith(within):
        raise BadInput(code[:20], f"does not lie in {within}")
    return Area(code=full_code(code), name=name.strip(), parent=parent)


def prefix_of(code: str) -> str:
    """Cut a 12-digit code to the shortest code of its area: 999999001000 is 999999001."""
    return next(code[:length] for length in CODE_LENGTHS if not code[length:].strip("0"))
