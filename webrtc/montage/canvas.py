"""The picture that the film shows: planes of luma and colour, with words set in them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import av
from av.video.reformatter import Interpolation
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1280, 720
_DARK, _NEUTRAL = 24, 128
_SMALLEST, _EDGE = 14, 16
_LETTERS = 512  # pictures of words that are remembered

Box = tuple[int, int, int, int]  #: left, top, width, height; all even


class Plane:
    """Luma, or one of the two colours at half the size."""

    def __init__(self, width: int, height: int, fill: int) -> None:
        self.width = width
        self.octets = bytearray([fill]) * (width * height)

    def fill(self, box: Box, value: int) -> None:
        """Fill a box."""
        left, top, width, height = box
        row = bytes([value]) * width
        for line in range(top, top + height):
            at = line * self.width + left
            self.octets[at : at + width] = row

    def put(self, box: Box, source: memoryview | bytes, stride: int) -> None:
        """Copy lines into a box."""
        left, top, width, height = box
        view = memoryview(source)
        at = top * self.width + left
        for line in range(height):
            self.octets[at : at + width] = view[line * stride : line * stride + width]
            at += self.width


class Canvas:
    """One picture of the film, changed box by box."""

    def __init__(self, font: Path) -> None:
        self._font = font
        self._planes = (
            Plane(WIDTH, HEIGHT, _DARK),
            Plane(WIDTH // 2, HEIGHT // 2, _NEUTRAL),
            Plane(WIDTH // 2, HEIGHT // 2, _NEUTRAL),
        )

    def clear(self, box: Box, luma: int = _DARK) -> None:
        """Make a box dark."""
        self._planes[0].fill(box, luma)
        for plane in self._planes[1:]:
            plane.fill(_half(box), _NEUTRAL)

    def picture(self, box: Box, frame: av.VideoFrame) -> None:
        """Set a picture into the middle of a box that was cleared, as large as it fits."""
        fitted = _fitted(box, frame.width, frame.height)
        small = frame.reformat(
            width=fitted[2],
            height=fitted[3],
            format="yuv420p",
            interpolation=Interpolation.BILINEAR,
        )
        for plane, source, place in zip(
            self._planes, small.planes, (fitted, _half(fitted), _half(fitted)), strict=True
        ):
            plane.put(place, bytes(source), source.line_size)

    def words(self, box: Box, text: str, size: int, luma: int = _DARK) -> None:
        """Write into the middle of a box, on plain ground."""
        image = _written(str(self._font), (box[2], box[3]), text, size, luma)
        self._planes[0].put(box, image, box[2])
        for plane in self._planes[1:]:
            plane.fill(_half(box), _NEUTRAL)

    def frame(self) -> av.VideoFrame:
        """Give the picture as it is now."""
        made = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, own in zip(made.planes, self._planes, strict=True):
            plane.update(_padded(own, plane.line_size))
        return made


def _padded(plane: Plane, line_size: int) -> bytes:
    if line_size == plane.width:
        return bytes(plane.octets)
    rest = bytes(line_size - plane.width)
    lines = range(0, len(plane.octets), plane.width)
    return b"".join(plane.octets[at : at + plane.width] + rest for at in lines)


def _half(box: Box) -> Box:
    left, top, width, height = box
    return left // 2, top // 2, width // 2, height // 2


def _fitted(box: Box, width: int, height: int) -> Box:
    left, top, widest, highest = box
    scale = min(widest / width, highest / height)
    wide, high = max(2, int(width * scale) & ~1), max(2, int(height * scale) & ~1)
    return left + ((widest - wide) // 2 & ~1), top + ((highest - high) // 2 & ~1), wide, high


@lru_cache(maxsize=_LETTERS)
def _written(font: str, size: tuple[int, int], text: str, points: int, luma: int) -> bytes:
    image = Image.new("L", size, luma)
    brush = ImageDraw.Draw(image)
    face = _face(font, points)
    while points > _SMALLEST and brush.multiline_textbbox((0, 0), text, face)[2] > size[0] - _EDGE:
        points -= 2
        face = _face(font, points)
    middle = (size[0] / 2, size[1] / 2)
    ink = 235 if luma < _NEUTRAL else 16
    brush.multiline_text(middle, text, fill=ink, font=face, anchor="mm", align="center")
    return image.tobytes()


@lru_cache(maxsize=16)
def _face(font: str, points: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, points)
