"""Where a phone's place stands on WeChat's map: GCJ-02, as every map published in China.

Written apart from the product's own arithmetic, so that a mistake in one shows against the other;
the numbers are those of https://github.com/googollee/eviltransform.
"""

from __future__ import annotations

import math
from typing import Final

_A: Final = 6378245.0
_EE: Final = 0.00669342162296594323


def drawn(latitude: float, longitude: float) -> tuple[float, float]:
    """Shift WGS-84 degrees to those of the map; outside China nothing is shifted."""
    if longitude < 72.004 or longitude > 137.8347 or latitude < 0.8293 or latitude > 55.8271:  # noqa: PLR2004  # the box of the shift
        return latitude, longitude
    north, east = _offset(longitude - 105.0, latitude - 35.0)
    magic = 1 - _EE * math.sin(math.radians(latitude)) ** 2
    root = math.sqrt(magic)
    north = math.degrees(north * magic * root / (_A * (1 - _EE)))
    east = math.degrees(east * root / (_A * math.cos(math.radians(latitude))))
    return latitude + north, longitude + east


def _offset(x: float, y: float) -> tuple[float, float]:
    """Metres to the north and to the east."""
    both = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = both + 20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)
    north += 160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y / 30.0 * math.pi)
    east = both + 20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)
    east += 150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)
    north = north * 2 / 3 - 100.0 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y
    east = east * 2 / 3 + 300.0 + x + 2 * y + 0.1 * x * x + 0.1 * x * y
    return north + 0.2 * math.sqrt(abs(x)), east + 0.1 * math.sqrt(abs(x))
