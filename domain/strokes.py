"""Is this a handwriting? Raw points are the evidence; a dot or a ruled line is none."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from domain.errors import BadInput
from domain.ports.papers import Stroke

PAD_WIDTH, PAD_HEIGHT = 700.0, 360.0
FEWEST_POINTS, MOST_POINTS = 20, 20_000
SMALLEST_SPAN = 0.15  #: of the pad's width
STRAIGHTEST = 0.01  #: smaller side of the bounding box relative to the larger


def check(strokes: Sequence[Stroke]) -> None:
    """Refuse what can't be a handwritten name, with the reason in ``why``."""
    points = [point for stroke in strokes for point in stroke.points]
    if not FEWEST_POINTS <= len(points) <= MOST_POINTS:
        raise BadInput("strokes", "too-few" if len(points) < FEWEST_POINTS else "too-many")
    if not all(isfinite(number) for point in points for number in point):
        raise BadInput("strokes", "not-a-number")
    if any(not (0 <= x <= PAD_WIDTH and 0 <= y <= PAD_HEIGHT) for x, y, _, _ in points):
        raise BadInput("strokes", "outside")
    times = [t for _, _, t, _ in points]
    if times != sorted(times) or times[0] < 0 or times[-1] == times[0]:
        raise BadInput("strokes", "time")
    width = max(x for x, _, _, _ in points) - min(x for x, _, _, _ in points)
    height = max(y for _, y, _, _ in points) - min(y for _, y, _, _ in points)
    if max(width, height) < SMALLEST_SPAN * PAD_WIDTH:
        raise BadInput("strokes", "too-small")
    if min(width, height) < STRAIGHTEST * max(width, height):
        raise BadInput("strokes", "straight")
