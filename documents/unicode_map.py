"""The map from a font's codes back to text, so that a copied name is the right name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from reportlab.pdfbase import ttfonts

BLOCK = 100  #: ISO 32000-1 9.10.3: no more entries in one bfchar block

HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /{name} def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
"""
FOOT = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def to_unicode(name: str, subset: Sequence[int]) -> str:
    """Write the ToUnicode map of a subset, with surrogate pairs above U+FFFF.

    reportlab 5.1.0 writes five hex digits there, and readers then show another character: the
    page looks right while a searched or copied name is wrong.
    """
    entries = ((code, chr(point)) for code, point in enumerate(subset) if point)
    return HEAD.format(name=name) + "".join(blocks(entries)) + FOOT


def blocks(entries: Iterator[tuple[int, str]]) -> Iterator[str]:
    """Write the entries in blocks of at most a hundred."""
    while block := list(islice(entries, BLOCK)):
        rows = [f"<{code:02X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in block]
        yield "\n".join([f"{len(rows)} beginbfchar", *rows, "endbfchar", ""])


def mend_reportlab() -> None:
    """Put our map in the place of reportlab's (a test is pinned to its version)."""
    ttfonts.makeToUnicodeCMap = to_unicode
