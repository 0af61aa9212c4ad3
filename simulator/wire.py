"""Messages as XML and JSON, the two formats in which an account may be pushed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

_DEEPEST = 8
# XML 1.0, section 2.2: these can stand in no document, not even escaped
_BLANKS = {0x9, 0xA, 0xD}
UNWRITABLE: Final = dict.fromkeys(
    [*({*range(0x20)} - _BLANKS), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)


class NotAMessage(Exception):
    """The bytes are neither the XML nor the JSON of a message."""


def as_xml(fields: Mapping[str, Any]) -> str:
    """Write fields as the platform does: text in CDATA, numbers bare, lists repeated."""
    return f"<xml>{_children(fields)}</xml>"


def as_json(fields: Mapping[str, Any]) -> str:
    """Write fields as one JSON object."""
    return json.dumps(fields, ensure_ascii=False)


def from_xml(text: str) -> dict[str, Any]:
    """Read `<xml>…</xml>`; leading blanks are tolerated, a document type is not."""
    text = text.strip()
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotAMessage("a document type is not allowed")
    try:
        root = ET.fromstring(text)  # noqa: S314 (no document type, so nothing to expand)
    except ET.ParseError as error:
        raise NotAMessage("not XML") from error
    read = _element(root, _DEEPEST)
    if root.tag != "xml" or not isinstance(read, dict):
        raise NotAMessage("no <xml> with fields")
    return read


def from_json(text: str) -> dict[str, Any]:
    """Read one JSON object."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAMessage("not JSON") from error
    if not isinstance(read, dict):
        raise NotAMessage("not a JSON object")
    return read


def _children(fields: Mapping[str, Any]) -> str:
    return "".join(_tag(name, value) for name, value in fields.items())


def _tag(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_tag(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, str):
        # "]]>" would end the section early and let a person's words become markup
        safe = value.translate(UNWRITABLE).replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"
    return f"<{name}>{value}</{name}>"


def _element(node: ET.Element, depth: int) -> Any:
    if depth == 0:
        raise NotAMessage("nested too deeply")
    if len(node) == 0:
        return node.text or ""
    read: dict[str, Any] = {}
    for child in node:
        value = _element(child, depth - 1)
        if child.tag in read:
            earlier = read[child.tag]
            read[child.tag] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        else:
            read[child.tag] = value
    return read
