"""Drawings as PDF path operators: letters without a font, handwriting, the round seal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fontTools.pens.basePen import BasePen
from typing_extensions import override

from documents.fonts import Face, FontSet
from domain.ports.papers import Stroke

PAD = (700.0, 360.0)  #: the writing pad's size, as in :class:`~domain.ports.papers.Stroke`
INK = "0.08 0.08 0.22"
VERMILION = "0.80 0.08 0.08"
CIRCLE = 0.5523  #: four cubic curves make a circle


@dataclass(frozen=True)
class Drawing:
    """PDF operators and the size of what they draw, in points."""

    operators: bytes
    width: float
    height: float


class PathPen(BasePen):  # type: ignore[misc]  # fontTools is untyped
    """Write a glyph as path operators at a place, size and angle."""

    def __init__(self, glyphs: Any, matrix: tuple[float, ...]) -> None:
        super().__init__(glyphs)
        self.matrix = matrix
        self.parts: list[str] = []

    def put(self, operator: str, *points: tuple[float, float]) -> None:
        """Append one operator with its points moved to their place."""
        a, b, c, d, e, f = self.matrix
        moved = (f"{a * x + c * y + e:.2f} {b * x + d * y + f:.2f}" for x, y in points)
        self.parts.append(f"{' '.join(moved)} {operator}".strip())

    @override
    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.put("m", pt)

    @override
    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.put("l", pt)

    @override
    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:
        self.put("c", pt1, pt2, pt3)

    @override
    def _closePath(self) -> None:
        self.put("h")


def glyph_path(
    face: Face, character: str, *, at: tuple[float, float], size: float, angle: float = 0
) -> str:
    """Draw one character as a path, its middle at the given place."""
    font = face.outlines
    scale = size / font["head"].unitsPerEm
    glyphs = font.getGlyphSet()
    name = font.getBestCmap()[ord(character)]
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    middle_x, middle_y = glyphs[name].width / 2, font["head"].unitsPerEm * 0.38
    offset_x = at[0] - cos * middle_x + sin * middle_y
    offset_y = at[1] - sin * middle_x - cos * middle_y
    pen = PathPen(glyphs, (cos, sin, -sin, cos, offset_x, offset_y))
    glyphs[name].draw(pen)
    return " ".join(pen.parts)


def text_path(fonts: FontSet, text: str, *, at: tuple[float, float], size: float) -> str:
    """Draw a line of heading text as a path, its middle at the given place."""
    left = at[0] - size * (len(text) - 1) / 2
    return " ".join(
        glyph_path(
            fonts.face_for(one, heading=True), one, at=(left + size * index, at[1]), size=size
        )
        for index, one in enumerate(text)
    )


def seal(fonts: FontSet, committee: str, *, demo: bool, size: float) -> Drawing:
    """Draw the committee's round seal: ring, star, the name along the upper arc."""
    middle = size / 2
    parts = [
        f"{VERMILION} rg {VERMILION} RG {size * 0.03:.2f} w",
        circle(middle, middle, middle - size * 0.02) + " S",
        star(middle, middle, size * 0.15) + " f",
        *(path + " f" for path in arc_text(fonts, committee, size)),
    ]
    if demo:
        words = text_path(fonts, "演示专用", at=(middle, size * 0.23), size=size * 0.08)
        parts.append(words + " f")
    return Drawing("\n".join(parts).encode(), size, size)


def arc_text(fonts: FontSet, text: str, size: float) -> Iterator[str]:
    """Write along the upper arc, from the lower left over the top to the lower right."""
    radius, span = size * 0.385, math.radians(min(252, 24 * max(len(text) - 1, 1)))
    letter = min(size * 0.135, radius * span / max(len(text) - 1, 1) * 0.98)
    for index, one in enumerate(text):
        angle = span / 2 - span * index / max(len(text) - 1, 1)
        place = (size / 2 - radius * math.sin(angle), size / 2 + radius * math.cos(angle))
        face = fonts.face_for(one, heading=True)
        yield glyph_path(face, one, at=place, size=letter, angle=angle)


def circle(x: float, y: float, radius: float) -> str:
    """Draw a circle as four curves."""
    k = radius * CIRCLE
    return (
        f"{x + radius:.2f} {y:.2f} m "
        f"{x + radius:.2f} {y + k:.2f} {x + k:.2f} {y + radius:.2f} {x:.2f} {y + radius:.2f} c "
        f"{x - k:.2f} {y + radius:.2f} {x - radius:.2f} {y + k:.2f} {x - radius:.2f} {y:.2f} c "
        f"{x - radius:.2f} {y - k:.2f} {x - k:.2f} {y - radius:.2f} {x:.2f} {y - radius:.2f} c "
        f"{x + k:.2f} {y - radius:.2f} {x + radius:.2f} {y - k:.2f} {x + radius:.2f} {y:.2f} c h"
    )


def star(x: float, y: float, radius: float) -> str:
    """Draw a five-pointed star."""
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.382
        angle = math.radians(36 * index)
        points.append(f"{x + reach * math.sin(angle):.2f} {y + reach * math.cos(angle):.2f}")
    return f"{points[0]} m " + " ".join(f"{point} l" for point in points[1:]) + " h"


def handwriting(strokes: Iterable[Stroke], *, width: float, height: float) -> Drawing:
    """Draw strokes as lines whose width follows the pressure, scaled to fill the field."""
    lines = [stroke.points for stroke in strokes if stroke.points]
    scale, move_x, move_y = fit(lines, width, height)
    parts = [f"1 J 1 j {INK} RG {INK} rg"]
    for points in lines:
        placed = [(move_x + x * scale, height - move_y - y * scale, p) for x, y, _t, p in points]
        parts.extend(segments(placed))
    return Drawing("\n".join(parts).encode(), width, height)


def fit(lines: list[Any], width: float, height: float) -> tuple[float, float, float]:
    """Find scale and shift that put the whole handwriting into the middle of the field."""
    every = [(x, y) for points in lines for x, y, _t, _p in points] or [(0.0, 0.0), PAD]
    left, right = min(x for x, _y in every), max(x for x, _y in every)
    top, bottom = min(y for _x, y in every), max(y for _x, y in every)
    margin = 4.0
    tallest = (height - 2 * margin) / max(bottom - top, PAD[1] / 4)
    scale = min((width - 2 * margin) / max(right - left, PAD[0] / 4), tallest)
    return (
        scale,
        (width - (right - left) * scale) / 2 - left * scale,
        (height - (bottom - top) * scale) / 2 - top * scale,
    )


def segments(placed: list[tuple[float, float, float]]) -> Iterator[str]:
    """Draw one stroke piece by piece; a single point is a dot."""
    ends = placed[1:] or placed
    for (x0, y0, p0), (x1, y1, p1) in zip(placed, ends, strict=False):
        wide = 0.8 + 1.6 * min(max((p0 + p1) / 2, 0.0), 1.0)
        yield f"{wide:.2f} w {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S"
