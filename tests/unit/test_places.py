"""The grid cell that an address as people write it belongs to, and when it must be asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import number_of, plain_address
from domain.cases import Spot, Suggestion
from domain.ids import CellId
from domain.places import propose_cell
from tests.factories import a_cell


def cell(key: str, name: str, *words: str):
    return replace(a_cell(key), id=CellId(key), name=name, words=words)


SOUTH = cell("south", "和平社区第一网格", "和平小区1-5幢", "桂花弄", "枫溪路")
NORTH = cell("north", "和平社区第二网格", "和平小区6-12幢", "荷花新村", "老码头")
VILLAGE = cell("village", "青山村第三网格", "青山村", "晒谷场", "金桂花园3号楼")
CELLS = (SOUTH, NORTH, VILLAGE)


def found(address: str) -> Suggestion:
    return propose_cell(CELLS, Spot(words=address))


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("和平小区3幢402", "south"),
        ("和平小区 三号楼", "south"),
        ("和平小区3栋", "south"),
        ("和平小区第十一幢二单元", "north"),
        ("和平３＃楼", "south"),
        ("和平小区12座", "north"),
        ("住荷花新村 7 号", "north"),
        ("荷花8号家里", "north"),
        ("桂花弄十二号", "south"),
        ("金桂花园三幢", "village"),
        ("青山的晒谷场", "village"),
    ],
)
def test_an_address_finds_its_cell_however_it_is_written(address: str, key: str) -> None:
    proposed = found(address)

    assert (proposed.value, proposed.sure) == (key, True)


def test_the_reason_names_the_building() -> None:
    assert found("和平小区三号楼").reason == "地点提到“和平小区3幢”，属于和平社区第一网格"


def test_an_estate_in_two_cells_is_asked_for_its_building() -> None:
    proposed = found("和平小区")

    assert not proposed.sure
    assert {proposed.value, *proposed.others} == {"south", "north"}
    assert "和平社区第一网格" in proposed.reason
    assert "和平社区第二网格" in proposed.reason


def test_a_building_that_no_cell_has_is_left_to_people() -> None:
    assert found("和平小区88幢").value == ""


def test_two_places_of_two_cells_are_not_sure() -> None:
    proposed = found("枫溪路到荷花新村那一段")

    assert not proposed.sure
    assert {proposed.value, *proposed.others} == {"south", "north"}


def test_a_community_of_two_cells_names_both() -> None:
    proposed = found("和平社区这边")

    assert not proposed.sure
    assert len(proposed.others) == 1


@pytest.mark.parametrize(
    ("address", "key"), [("峰溪路12号", "south"), ("何花新村", "north"), ("老马头边上", "north")]
)
def test_a_name_that_only_sounds_so_is_proposed_but_not_sure(address: str, key: str) -> None:
    proposed = found(address)

    assert (proposed.value, proposed.sure) == (key, False)
    assert proposed.reason.startswith("地点像是“")


def test_a_street_that_begins_like_an_estate_is_not_the_estate() -> None:
    assert found("荷花路3号").value == ""


def test_a_point_where_two_cells_overlap_is_not_sure() -> None:
    proposed = propose_cell(CELLS, Spot(words="", latitude=30.005, longitude=120.005))

    assert not proposed.sure
    assert len(proposed.others) == 2


@pytest.mark.parametrize(
    ("spoken", "number"),
    [
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("一百零五", 105),
        ("一〇三", 103),
        ("一百二十", 120),
        ("一百一十二", 112),
        ("十十", None),
        ("三二十", None),
    ],
)
def test_chinese_numbers_are_read(spoken: str, number: int | None) -> None:
    assert number_of(spoken) == number


def test_an_address_is_written_one_way() -> None:
    assert plain_address(" 和平小区，三号楼 ") == plain_address("和平小区3栋") == "和平小区3幢"


@given(st.text(alphabet="和平小区荷花新村一二十百零〇两3-至号楼幢栋#座单元 ", max_size=30))
def test_no_address_is_too_odd_to_read(address: str) -> None:
    proposed = found(address)

    assert proposed.value in {"", "south", "north", "village"}
    assert proposed.reason
