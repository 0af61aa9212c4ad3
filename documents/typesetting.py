"""Chinese text in lines: no bracket or comma astray, no number torn apart, rare faces mixed in.

Text is set as it is, never parsed as mark-up, so that nothing a person types can become a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from reportlab.platypus import Flowable

from documents.fonts import FontSet

OPENERS = "（《「『【〔〈“‘([{￥¥"
CLOSERS = "，。、；：？！）》」』】〕〉”’…—%)]},.;:?!"
#: A word of digits or letters is never torn; brackets and stops stay with their neighbour.
CHUNK = re.compile(
    rf"[{re.escape(OPENERS)}]*(?:[0-9A-Za-z]+(?:[.,:/@_+-][0-9A-Za-z]+)*|.)?[{re.escape(CLOSERS)}]*"
)
LOOSEST = 0.35  #: of the size: a line that would need wider gaps is left ragged


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a text is set; lengths in points."""

    size: float = 12
    leading: float = 20
    indent: float = 0  #: of the first line
    align: str = "left"  #: ``left`` (justified), ``center``, ``right``
    heading: bool = False
    after: float = 0


@dataclass(frozen=True)
class Line:
    """One line, ready to be drawn."""

    text: str
    width: float
    start: float  #: indent
    last: bool


def chunks(text: str) -> list[str]:
    """Cut a text into pieces between which a line may end."""
    return [piece for piece in CHUNK.findall(text) if piece]


def fitting(fonts: FontSet, piece: str, style: Style, room: float) -> Iterator[str]:
    """Cut a piece that is wider than a whole line by characters; leave others whole."""
    if fonts.width(piece, style.size, heading=style.heading) <= room:
        yield piece
    else:
        yield from piece


def break_lines(fonts: FontSet, text: str, style: Style, width: float) -> list[Line]:
    """Break a text into lines no wider than the column."""
    return [
        line
        for paragraph in text.split("\n")
        for line in break_paragraph(fonts, paragraph, style, width)
    ]


def break_paragraph(fonts: FontSet, text: str, style: Style, width: float) -> Iterator[Line]:
    """Break one paragraph, greedily."""
    start, line, used = style.indent, "", 0.0
    for chunk in chunks(text):
        for piece in fitting(fonts, chunk, style, width - style.indent):
            wide = fonts.width(piece, style.size, heading=style.heading)
            if line and used + wide > width - start:
                yield Line(line, used, start, last=False)
                start, line, used = 0.0, "", 0.0
            line, used = line + piece, used + wide
    yield Line(line, used, start, last=True)


@dataclass
class Prose(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A text in lines, which may go on over the next page."""

    fonts: FontSet
    text: str
    style: Style = field(default_factory=Style)
    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        Flowable.__init__(self)
        self.spaceAfter = self.style.after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Set the text in a column."""
        self.column = width
        if not self.lines:
            self.lines = tuple(break_lines(self.fonts, self.text, self.style, width))
        return width, len(self.lines) * self.style.leading

    def split(self, width: float, height: float) -> list[Prose]:
        """Part the text at the foot of a page, never leaving a single line behind."""
        self.wrap(width, height)
        fits, total = int(height // self.style.leading), len(self.lines)
        fits -= total - fits == 1
        if fits < min(2, total):
            return []
        return [self.part(self.lines[:fits]), self.part(self.lines[fits:])]

    def part(self, lines: tuple[Line, ...]) -> Prose:
        """Take some of the lines, already broken."""
        return replace(self, lines=lines)

    def draw(self) -> None:
        """Draw the lines from the top down."""
        top = (len(self.lines) - 1) * self.style.leading
        rise = (self.style.leading - self.style.size) / 2 + self.style.size * 0.12
        for row, line in enumerate(self.lines):
            self.draw_line(self.canv, line, top - row * self.style.leading + rise)

    def draw_line(self, canvas: Any, line: Line, y: float) -> None:
        """Draw one line, justified unless it is the last of its paragraph."""
        slack = self.column - line.start - line.width
        x = line.start + {"left": 0.0, "center": slack / 2, "right": slack}[self.style.align]
        gap = slack / (len(line.text) - 1) if self.stretched(line, slack) else 0.0
        draw_text(canvas, self.fonts, line.text, x, y, self.style, gap=gap)

    def stretched(self, line: Line, slack: float) -> bool:
        """Say whether the line is spread over the whole column."""
        inside = self.style.align == "left" and not line.last and len(line.text) > 1
        return inside and slack / (len(line.text) - 1) <= LOOSEST * self.style.size


def draw_text(
    canvas: Any, fonts: FontSet, text: str, x: float, y: float, style: Style, *, gap: float = 0
) -> None:
    """Draw one line of text with as many faces as it needs."""
    pen = canvas.beginText(x, y)
    pen.setCharSpace(gap)
    for run in fonts.runs(text, heading=style.heading):
        pen.setFont(run.face.printed.fontName, style.size)
        pen.textOut(run.text)
    canvas.drawText(pen)
