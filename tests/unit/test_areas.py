"""A tree of areas is read whole or refused by name."""

from __future__ import annotations

import pytest

from domain.areas import Area, areas_of, full_code, prefix_of
from domain.errors import BadInput


def a_tree(*towns: dict, county: str = "999901", city: str = "9999") -> list:
    inside = {"code": county, "name": "清溪县", "children": list(towns)}
    return [
        {
            "code": "99",
            "name": "云州省",
            "children": [{"code": city, "name": "临江市", "children": [inside]}],
        }
    ]


def test_codes_grow_to_twelve_digits_and_every_parent_comes_first() -> None:
    town = {"code": "999901001", "name": "枫溪街道"}

    assert areas_of(a_tree(town)) == [
        Area(code="990000000000", name="云州省"),
        Area(code="999900000000", name="临江市", parent="990000000000"),
        Area(code="999901000000", name="清溪县", parent="999900000000"),
        Area(code="999901001000", name="枫溪街道", parent="999901000000"),
    ]


def test_a_county_that_is_only_its_city_again_is_that_city() -> None:
    town = {"code": "999900003", "name": "东城街道"}

    found = areas_of(a_tree(town, county="999900"))

    assert [area.code for area in found] == ["990000000000", "999900000000", "999900003000"]
    assert found[-1].parent == "999900000000"


@pytest.mark.parametrize(
    ("town", "named"),
    [
        ({"code": "99990", "name": "枫溪街道"}, "999901"),
        ({"code": "999901O01", "name": "枫溪街道"}, "999901O01"),
        ({"code": "888801001", "name": "枫溪街道"}, "888801001"),
        ({"code": "999901001", "name": "  "}, "999901001"),
        ({"code": "999901001", "name": "枫" * 61}, "999901001"),
        ({"code": 999901001, "name": "枫溪街道"}, "999901"),
        ({"name": "枫溪街道"}, "999901"),
        ({"code": "999901001", "name": "枫溪街道", "children": {}}, "999901001"),
        ({"code": "999901001", "name": "枫溪街道", "children": ["枫溪社区"]}, "999901001"),
    ],
)
def test_what_is_no_area_is_refused_with_its_place(town: dict, named: str) -> None:
    with pytest.raises(BadInput, match=named[:5]):
        areas_of(a_tree(town))


def test_two_areas_with_one_code_are_refused() -> None:
    town = {"code": "999901001", "name": "枫溪街道"}

    with pytest.raises(BadInput, match="twice"):
        areas_of(a_tree(town, {**town, "name": "青山镇"}))


@pytest.mark.parametrize("tree", [{}, "x", None, [3]])
def test_a_file_that_is_no_tree_is_refused(tree: object) -> None:
    with pytest.raises(BadInput, match="top"):
        areas_of(tree)


def test_arabic_digits_only() -> None:
    with pytest.raises(BadInput):
        full_code("٣٣")


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("990000000000", "99"),
        ("999900000000", "9999"),
        ("999901000000", "999901"),
        ("999901100000", "999901100"),
        ("999901100001", "999901100001"),
        ("999910000000", "999910"),
    ],
)
def test_the_prefix_of_a_code_is_that_of_its_level(code: str, prefix: str) -> None:
    assert prefix_of(code) == prefix
    assert full_code(prefix) == code
