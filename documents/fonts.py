"""The faces that papers are set in: a chain, so that a rare name is printed and never a box."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from unicodedata import category

from fontTools.ttLib import TTFont as OpenFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from documents.unicode_map import mend_reportlab
from domain.errors import NoGlyph, Unavailable

SYSTEM = Path("/usr/share/fonts")
RARE = ("HanaMinA.ttf", "HanaMinB.ttf")  #: Debian: fonts-hanazono
TEXT = ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Made.ttf")
HEADING = ("NotoSerifSC-Bold.ttf",)

#: GB 18030-2022, level 3: 87,887 Han characters.
HAN_BLOCKS = {
    "URO": (range(0x4E00, 0x9FF0),),
    "Ext A": (range(0x3400, 0x4DB6),),
    "Ext B": (range(0x20000, 0x2A6D7),),
    "Ext C": (range(0x2A700, 0x2B735),),
    "Ext D": (range(0x2B740, 0x2B81E),),
    "Ext E": (range(0x2B820, 0x2CEA2),),
    "Ext F": (range(0x2CEB0, 0x2EBE1),),
    "compatibility": (
        range(0xFA0E, 0xFA10),
        range(0xFA11, 0xFA12),
        range(0xFA13, 0xFA15),
        range(0xFA1F, 0xFA20),
        range(0xFA21, 0xFA22),
        range(0xFA23, 0xFA25),
        range(0xFA27, 0xFA2A),
    ),
}


@dataclass(frozen=True)
class Face:
    """One font file."""

    path: Path

    @property
    def name(self) -> str:
        """The name under which reportlab knows it."""
        return self.path.stem

    @cached_property
    def printed(self) -> TTFont:
        """The font as reportlab embeds it, read once per process."""
        mend_reportlab()
        font = TTFont(self.name, str(self.path), asciiReadable=False)
        pdfmetrics.registerFont(font)
        return font

    @cached_property
    def outlines(self) -> OpenFont:
        """The font as drawings, for the seal."""
        return OpenFont(io.BytesIO(self.path.read_bytes()), lazy=True)

    @cached_property
    def characters(self) -> frozenset[int]:
        """All code points that have a drawing."""
        with OpenFont(self.path, lazy=True) as font:
            return frozenset(font.getBestCmap())

    def has(self, character: str) -> bool:
        """Say whether the face can draw the character; private code points mean nothing."""
        return ord(character) in self.characters and category(character) not in {"Cc", "Co"}

    def advance(self, character: str) -> float:
        """Tell the width of a character in thousandths of the size."""
        return float(self.printed.face.getCharWidth(ord(character)))


@dataclass(frozen=True)
class Run:
    """Text that one face can print."""

    face: Face
    text: str


@dataclass(frozen=True)
class FontSet:
    """The faces of one installation, in the order in which they are asked."""

    text: tuple[Face, ...]
    heading: tuple[Face, ...]

    @classmethod
    def at(cls, folder: Path) -> FontSet:
        """Find the faces that set-up made in the folder, and the system's rare ones.

        Raises :class:`~domain.errors.Unavailable` when set-up has not made the main face.
        """
        plain = [Face(folder / name) for name in TEXT if (folder / name).is_file()][:1]
        if not plain:
            raise Unavailable(f"no font in {folder}: run `make setup`")
        bold = [Face(folder / name) for name in HEADING if (folder / name).is_file()]
        rare = [Face(path) for name in RARE for path in find(folder, name)]
        return cls(text=(*plain, *rare), heading=(*bold, *plain, *rare))

    @property
    def has_bold(self) -> bool:
        """Say whether headings have a bold face of their own; otherwise they are set larger."""
        return self.heading[0] is not self.text[0]

    def warm(self) -> None:
        """Read the everyday faces now, so that no paper waits for them."""
        for face in {self.text[0], self.heading[0]}:
            face.advance("一")
            face.has("一")

    def face_for(self, character: str, *, heading: bool = False) -> Face:
        """Choose the first face with this character; raise :class:`NoGlyph` if there is none."""
        for face in self.heading if heading else self.text:
            if face.has(character):
                return face
        raise NoGlyph(character)

    def runs(self, text: str, *, heading: bool = False) -> Iterator[Run]:
        """Cut a text into runs of one face each."""
        chosen = ((self.face_for(character, heading=heading), character) for character in text)
        for face, pairs in groupby(chosen, key=lambda pair: pair[0]):
            yield Run(face, "".join(character for _face, character in pairs))

    def width(self, text: str, size: float, *, heading: bool = False) -> float:
        """Measure a line of text in points."""
        faces = ((self.face_for(one, heading=heading), one) for one in text)
        return sum(face.advance(one) for face, one in faces) * size / 1000


def readable(text: str) -> str:
    """Drop what cannot be seen (zero-width and control characters); any blank is a space."""
    tidy = text.replace("\r\n", "\n").replace("\t", " ")
    seen = (one for one in tidy if one == "\n" or category(one) not in {"Cc", "Cf"})
    return "".join(" " if category(one) == "Zs" and one != "\u3000" else one for one in seen)


def find(folder: Path, name: str) -> list[Path]:
    """Find a font file in our folder or the system's, at most once."""
    own = folder / name
    return [own] if own.is_file() else sorted(SYSTEM.rglob(name))[:1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a block of Han characters can be printed."""

    block: str
    total: int
    printable: int
    example: str  #: the first character that no face has, or empty


def coverage(folder: Path) -> tuple[Coverage, ...]:
    """Count what the installed faces can print of GB 18030-2022 level 3, block by block."""
    fonts = FontSet.at(folder)
    known: frozenset[int] = frozenset().union(*(face.characters for face in fonts.text))
    return tuple(count(block, ranges, known) for block, ranges in HAN_BLOCKS.items())


def count(block: str, ranges: tuple[range, ...], known: frozenset[int]) -> Coverage:
    """Count one block."""
    points = [point for part in ranges for point in part]
    missing = [point for point in points if point not in known]
    return Coverage(
        block=block,
        total=len(points),
        printable=len(points) - len(missing),
        example=chr(missing[0]) if missing else "",
    )
