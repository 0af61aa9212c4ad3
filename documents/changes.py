"""What was changed between two revisions of a file, by the name that a person understands."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    Reference,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader

MOST_PAGES = 2000
PAGE_KEYS = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
SKIPPED = {"/Parent", "/P"}  #: they lead back up
Aspects = dict[str, list[bytes]]


class Fingerprints:
    """Hashes of objects with everything they refer to, within one revision."""

    def __init__(self) -> None:
        self.known: dict[Reference, bytes] = {}

    def of(self, thing: Any) -> bytes:
        """Hash an object by content, wherever it lies in the file."""
        if isinstance(thing, IndirectObject):
            return self.behind(thing)
        if isinstance(thing, DictionaryObject):
            return self.of_dictionary(thing)
        if isinstance(thing, ArrayObject):
            parts = [self.of(thing.raw_get(index)) for index in range(len(thing))]
            return digest(b"[", *parts)
        return digest(b"=", plain(thing))

    def behind(self, pointer: IndirectObject) -> bytes:
        """Hash what a reference points to, once."""
        reference = pointer.reference
        if reference not in self.known:
            self.known[reference] = b"on the way"  # a circle ends here
            self.known[reference] = self.of(pointer.get_object())  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
        return self.known[reference]

    def of_dictionary(self, thing: DictionaryObject) -> bytes:
        """Hash a dictionary and, if it has one, its stream."""
        parts = [
            part
            for key in sorted(thing)
            if key not in SKIPPED
            for part in (str(key).encode(), self.of(thing.raw_get(key)))
        ]
        stream = thing.encoded_data if isinstance(thing, StreamObject) else b""
        return digest(b"<", *parts, stream)


def digest(*parts: bytes) -> bytes:
    """Hash parts so that they cannot flow into each other."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.digest()


def plain(thing: Any) -> bytes:
    """Write a simple value as it would stand in a file."""
    out = io.BytesIO()
    thing.write_to_stream(out, None)
    return out.getvalue()


def members(array: Any) -> list[Any]:
    """Take what an array holds, references followed."""
    return [array[index] for index in range(len(array))]


def pages_of(root: Any) -> Iterator[Any]:
    """Go through the pages in order."""
    waiting, seen = [root["/Pages"]], 0
    while waiting and seen < MOST_PAGES:
        node = waiting.pop()
        if "/Kids" in node:
            waiting.extend(reversed(members(node["/Kids"])))
        else:
            seen += 1
            yield node


def aspects(root: Any) -> Aspects:
    """Take the fingerprints of everything a change could hide in, by reason code."""
    prints, found = Fingerprints(), Aspects()

    def note(code: str, holder: Any, *keys: str) -> None:
        for key in keys:
            if key in holder:
                found.setdefault(code, []).append(prints.of(holder.raw_get(key)))

    names = root.get("/Names", {})
    note("script", root, "/OpenAction", "/AA")
    note("script", names, "/JavaScript")
    note("attachment", root, "/AF")
    note("attachment", names, "/EmbeddedFiles")
    for page in pages_of(root):
        note("script", page, "/AA")
        found.setdefault("overlay", []).append(b"page")
        note("overlay", page, *PAGE_KEYS)
        for annotation in members(page.get("/Annots", ())):
            note("script", annotation, "/A", "/AA")
            found.setdefault(kind_of(annotation), []).append(face_of(annotation, prints))
    return found


def kind_of(annotation: Any) -> str:
    """Sort an annotation: a form field's looks, an attached file, or a remark."""
    kind = str(annotation.get("/Subtype", ""))
    return {"/Widget": "appearance", "/FileAttachment": "attachment"}.get(kind, "annotation")


def face_of(annotation: Any, prints: Fingerprints) -> bytes:
    """Take the fingerprint of an annotation; of a form field only where and how it looks."""
    if str(annotation.get("/Subtype", "")) != "/Widget":
        return prints.of(annotation)
    looks = [prints.of(annotation.raw_get(key)) for key in ("/AP", "/Rect") if key in annotation]
    return digest(b"widget", *looks)


def name_of_change(reader: PdfFileReader, since: int) -> str:
    """Name what was changed after a revision; ``byte-changed`` if it has no better name."""
    before, after = aspects(reader.get_historical_root(since)), aspects(reader.root)
    for code in ("script", "attachment", "annotation"):
        if before.get(code) != after.get(code):
            return code
    if len(after.get("appearance", ())) > len(before.get("appearance", ())):
        return "annotation"  # a field was added
    for code in ("appearance", "overlay"):
        if before.get(code) != after.get(code):
            return code
    return "byte-changed"
