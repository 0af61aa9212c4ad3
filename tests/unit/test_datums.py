"""Points of Chinese maps and the degrees of the world: known pairs, there and back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.datums import AXIS, ECCENTRICITY, Degrees, from_map, to_map

#: WGS-84 and GCJ-02, from the tests of https://github.com/googollee/eviltransform
KNOWN = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),  # 上海
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),  # 深圳
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),  # 北京
]


@pytest.mark.parametrize(("world", "drawn"), KNOWN)
def test_a_point_is_drawn_where_it_is_known_to_be(world: Degrees, drawn: Degrees) -> None:
    assert to_map(*world) == pytest.approx(drawn, abs=1e-6)


@pytest.mark.parametrize(("world", "drawn"), KNOWN)
def test_a_drawn_point_is_found_in_the_world(world: Degrees, drawn: Degrees) -> None:
    assert from_map(*drawn) == pytest.approx(world, abs=1e-6)


@pytest.mark.parametrize("abroad", [(48.8584, 2.2945), (-33.8568, 151.2153)])
def test_abroad_nothing_is_shifted(abroad: Degrees) -> None:
    assert from_map(*abroad) == to_map(*abroad) == abroad


@pytest.mark.parametrize(
    "extreme", [(90.0, 180.0), (-90.0, -180.0), (0.83, 72.01), (55.82, 137.83)]
)
def test_every_point_that_a_message_may_name_has_an_answer(extreme: Degrees) -> None:
    assert from_map(*extreme) == pytest.approx(extreme, abs=0.02)


def test_the_mini_program_reckons_with_the_same_earth() -> None:
    told = Path("miniprogram/places.js").read_text()
    numbers = {float(one) for one in re.findall(r"= ([0-9.]+)\b", told)}

    assert {AXIS, ECCENTRICITY} <= numbers
