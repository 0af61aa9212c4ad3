"""What can be read of a picture without decoding it."""

from __future__ import annotations

from typing import NamedTuple

Size = tuple[int, int]

LARGEST = 8192 * 4320  #: pixels that are believed: twice the largest picture of today's cameras


class Picture(NamedTuple):
    """Where the numbers of a picture stand in its packet, and what they are; H.264 has none."""

    place: int = 0  #: of the picture number; 0 if there is none
    wide: bool = False  #: fifteen bits instead of seven
    number: int = 0
    base_place: int = 0  #: of TL0PICIDX; 0 if there is none
    base: int = 0


UNNUMBERED = Picture()
