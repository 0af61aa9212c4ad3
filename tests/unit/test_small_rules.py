"""Places, handwriting, masking and phone numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import masking
from domain.cases import MOST_TOLD, Report, Spot
from domain.errors import BadInput
from domain.ids import CellId, StaffId
from domain.phones import e164, spoken
from domain.places import propose_cell
from domain.ports.papers import Stroke
from domain.strokes import check
from tests.factories import a_cell, a_handwriting

EAST = replace(
    a_cell("cell-2"),
    name="枫桥社区第二网格",
    words=("枫溪路北段", "老街"),
    outline=((120.01, 30.00), (120.02, 30.00), (120.02, 30.01), (120.01, 30.01)),
)
CELLS = (a_cell(), EAST)


def test_a_point_finds_its_cell() -> None:
    found = propose_cell(CELLS, Spot(words="", latitude=30.005, longitude=120.015))

    assert (found.value, found.sure) == ("cell-2", True)
    assert "枫桥社区第二网格" in found.reason


def test_a_point_beats_a_name() -> None:
    found = propose_cell(CELLS, Spot(words="老街", latitude=30.005, longitude=120.005))

    assert found.value == "cell-1"


def test_the_longest_name_wins_but_is_not_sure() -> None:
    found = propose_cell(CELLS, Spot(words="枫溪路北段 3 号"))

    assert (found.value, found.sure) == ("cell-2", False)


def test_a_name_of_one_cell_alone_is_sure() -> None:
    assert propose_cell(CELLS, Spot(words="和平小区 5 幢")).sure


@pytest.mark.parametrize("spot", [Spot(words="天边"), Spot(words="", latitude=1.0, longitude=1.0)])
def test_an_unknown_place_is_left_to_people(spot: Spot) -> None:
    found = propose_cell(CELLS, spot)

    assert (found.value, found.sure) == ("", False)


def test_without_cells_nothing_is_proposed() -> None:
    assert propose_cell((), Spot(words="老街")).value == ""


@given(st.floats(120.0001, 120.0199), st.floats(30.0001, 30.0099))
def test_a_point_of_the_district_lies_in_exactly_one_cell(x: float, y: float) -> None:
    assert sum(cell.holds((x, y)) for cell in CELLS) == 1


@given(st.floats(-180, 119.99), st.floats(-90, 90))
def test_a_point_elsewhere_lies_in_none(x: float, y: float) -> None:
    assert not any(cell.holds((x, y)) for cell in CELLS)


def test_a_cell_that_is_not_convex_keeps_its_bay_out() -> None:
    bay = replace(a_cell(), outline=((0, 0), (4, 0), (4, 4), (2, 1), (0, 4)))

    assert bay.holds((1, 1))
    assert not bay.holds((2, 3))


def test_a_report_needs_a_story_and_a_place() -> None:
    with pytest.raises(BadInput, match="story"):
        Report(story="啊", spot=Spot(words="老街"))
    with pytest.raises(BadInput, match="story"):
        Report(story="长" * (MOST_TOLD + 1), spot=Spot(words="老街"))
    with pytest.raises(BadInput, match="spot"):
        Report(story="楼上漏水", spot=Spot(words="  "))
    Report(story="楼上漏水", spot=Spot(words="", latitude=30.0, longitude=120.0))


def test_a_handwriting_is_accepted() -> None:
    check(a_handwriting())


def _moved(x: float = 0, y: float = 0, scale: float = 1, flat: float = 1) -> tuple[Stroke, ...]:
    return tuple(
        Stroke(
            points=tuple((x + a * scale, y + b * scale * flat, t, p) for a, b, t, p in one.points)
        )
        for one in a_handwriting()
    )


def with_point(*point: float) -> tuple[Stroke, ...]:
    x, y, t, pressure = point
    first, second = a_handwriting()
    return Stroke(points=((x, y, t, pressure), *first.points)), second


@pytest.mark.parametrize(
    ("strokes", "why"),
    [
        ((), "too-few"),
        ((Stroke(points=a_handwriting()[0].points[:19]),), "too-few"),
        (a_handwriting() * 400, "too-many"),
        (_moved(x=600), "outside"),
        (_moved(y=-100), "outside"),
        (_moved(scale=0.1), "too-small"),
        (_moved(flat=0), "straight"),
        (a_handwriting()[::-1], "time"),
        (
            (Stroke(points=tuple((x, y, 5.0, p) for x, y, _, p in a_handwriting()[0].points)),),
            "time",
        ),
        (
            (Stroke(points=tuple((x, y, t - 50, p) for x, y, t, p in a_handwriting()[0].points)),),
            "time",
        ),
        (with_point(float("nan"), 60.0, 0.0, 0.5), "not-a-number"),
        (with_point(100.0, 60.0, float("nan"), 0.5), "not-a-number"),
        (with_point(100.0, 60.0, 0.0, float("inf")), "not-a-number"),
    ],
)
def test_what_is_no_handwriting_is_refused(strokes: tuple[Stroke, ...], why: str) -> None:
    with pytest.raises(BadInput) as refused:
        check(strokes)

    assert (refused.value.field, refused.value.why) == ("strokes", why)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("王", "*"),
        ("张三", "张*"),
        ("王小明", "王*明"),
        ("欧阳小明", "欧**明"),
        ("王𠮷㛃", "王*㛃"),
        ("阿卜杜拉·买买提", "阿******提"),
    ],
)
def test_names_are_masked_by_whole_characters(name: str, masked: str) -> None:
    assert masking.name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613800138000", "138****8000"),
        ("13800138000", "138****8000"),
        ("+865718888", "****"),
        ("+86571888", "****"),
        ("", "****"),
    ],
)
def test_phones_are_masked(phone: str, masked: str) -> None:
    assert masking.phone(phone) == masked


@given(st.text(alphabet="王小明张三李四", min_size=2, max_size=8))
def test_a_masked_name_never_shows_its_middle(name: str) -> None:
    masked = masking.name(name)

    assert len(masked) == len(name)
    assert masked[1:-1] == "*" * (len(name) - 2)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", ""),
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 13800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("19912345678", "+8619912345678"),
        ("１３８００１３８０００", "+8613800138000"),
        ("138001３8000", "+8613800138000"),
        ("010 6552 9988", "+861065529988"),
        ("0571-88886666", "+8657188886666"),
        ("（0575）8701234", "+865758701234"),
        ("021-62345678", "+862162345678"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, number: str) -> None:
    assert e164(typed, demo=False) == number


@pytest.mark.parametrize(
    "typed",
    [
        "110",
        "12345678901",
        "2380013800",
        "138001380001",
        "abc",
        "1380013800a",
        "+1 212 555 0100",
        "05718888",
        "10000000001",
        "١٣٨٠٠١٣٨٠٠٠",
        "+86",
        "'; drop table",
    ],
)
def test_what_is_no_chinese_number_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="phone"):
        e164(typed, demo=False)


def test_invented_numbers_count_only_in_a_demo() -> None:
    assert e164("10000000001", demo=True) == "+8610000000001"


def test_a_land_line_is_never_taken_for_another_mobile() -> None:
    assert e164("010-65529988", demo=True) != e164("10655299880", demo=True)


def test_cells_know_their_people() -> None:
    assert a_cell("cell-9", StaffId("li")).mediators == ("li",)
    assert a_cell("cell-9").id == CellId("cell-9")


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("+8612000000899", "120 0000 0899"),
        ("+8613800138000", "138 0013 8000"),
        ("+8610655299880", "106 5529 9880"),
        ("+861065529988", "010-65529988"),
        ("+862161234567", "021-61234567"),
        ("+8657587011234", "0575-87011234"),
        ("120****0899", "120****0899"),
        ("0575-87011234", "0575-87011234"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_people_read_it(number: str, read: str) -> None:
    assert spoken(number) == read


@pytest.mark.parametrize("number", ["+8612000000899", "+861065529988", "+8657587011234"])
def test_a_number_that_is_shown_can_be_typed_again(number: str) -> None:
    assert e164(spoken(number), demo=True) == number
