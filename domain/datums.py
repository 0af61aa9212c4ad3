"""From the degrees of Chinese maps (GCJ-02) to those that the centre keeps (WGS-84).

A location sent in a WeChat chat is a point of Tencent's map, which is drawn in GCJ-02 like every
map published in China; browsers and ``wx.getLocation({type: 'wgs84'})`` give WGS-84.  The shift of
up to 700 m is computed by the approximation published everywhere (Krassovsky 1940 ellipsoid; see
https://github.com/googollee/eviltransform), and undone by repeating it.
"""

from __future__ import annotations

from math import cos, pi, radians, sin, sqrt
from typing import TypeAlias

Degrees: TypeAlias = tuple[float, float]  #: latitude, longitude

AXIS = 6378245.0  #: metres
ECCENTRICITY = 0.00669342162296594323  #: squared
NEAR_ENOUGH = 1e-8  #: degrees, about 1 mm
MOST_ROUNDS = 20


def from_map(latitude: float, longitude: float) -> Degrees:
    """Give the WGS-84 degrees of a point on a Chinese map."""
    guess = (latitude, longitude)
    for _ in range(MOST_ROUNDS):
        there = to_map(*guess)
        north, east = latitude - there[0], longitude - there[1]
        guess = (guess[0] + north, guess[1] + east)
        if abs(north) + abs(east) < NEAR_ENOUGH:
            break
    return guess


def to_map(latitude: float, longitude: float) -> Degrees:
    """Give the point on a Chinese map for WGS-84 degrees; abroad they are the same."""
    if not (0.8293 < latitude < 55.8271 and 72.004 < longitude < 137.8347):  # noqa: PLR2004  # the box of the shift
        return latitude, longitude
    x, y = longitude - 105, latitude - 35
    bent = 1 - ECCENTRICITY * sin(radians(latitude)) ** 2
    meridian = AXIS * (1 - ECCENTRICITY) / (bent * sqrt(bent))
    parallel = AXIS / sqrt(bent) * cos(radians(latitude))
    return (
        latitude + _northward(x, y) * 180 / (meridian * pi),
        longitude + _eastward(x, y) * 180 / (parallel * pi),
    )


def _northward(x: float, y: float) -> float:
    plane = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    broad = 20 * _wave(y, 1) + 40 * _wave(y, 3) + 160 * _wave(y, 12) + 320 * _wave(y, 30)
    return plane + (_ripple(x) + broad) * 2 / 3


def _eastward(x: float, y: float) -> float:
    plane = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    broad = 20 * _wave(x, 1) + 40 * _wave(x, 3) + 150 * _wave(x, 12) + 300 * _wave(x, 30)
    return plane + (_ripple(x) + broad) * 2 / 3


def _ripple(x: float) -> float:
    return 20 * _wave(6 * x, 1) + 20 * _wave(2 * x, 1)


def _wave(value: float, length: float) -> float:
    return sin(value * pi / length)
