"""Amounts in capital numerals, against known amounts and an independent reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import LARGEST_FEN, in_capitals, in_digits

KNOWN = {
    "0.01": "壹分",
    "0.05": "伍分",
    "0.10": "壹角整",
    "0.50": "伍角整",
    "0.99": "玖角玖分",
    "1.00": "壹元整",
    "1.01": "壹元零壹分",
    "1.10": "壹元壹角整",
    "9.09": "玖元零玖分",
    "10.00": "壹拾元整",
    "11.11": "壹拾壹元壹角壹分",
    "16.00": "壹拾陆元整",
    "20.50": "贰拾元伍角整",
    "100.00": "壹佰元整",
    "101.00": "壹佰零壹元整",
    "110.00": "壹佰壹拾元整",
    "325.04": "叁佰贰拾伍元零肆分",
    "1000.00": "壹仟元整",
    "1001.00": "壹仟零壹元整",
    "1005.00": "壹仟零伍元整",
    "1010.00": "壹仟零壹拾元整",
    "1100.00": "壹仟壹佰元整",
    "1409.50": "壹仟肆佰零玖元伍角整",
    "6007.14": "陆仟零柒元壹角肆分",
    "1680.32": "壹仟陆佰捌拾元叁角贰分",
    "10000.00": "壹万元整",
    "10001.00": "壹万零壹元整",
    "10100.00": "壹万零壹佰元整",
    "11000.00": "壹万壹仟元整",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "100010.00": "壹拾万零壹拾元整",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "1000000.00": "壹佰万元整",
    "1001001.01": "壹佰万壹仟零壹元零壹分",
    "10000000.01": "壹仟万元零壹分",
    "50030009.80": "伍仟零叁万零玖元捌角整",
    "100000000.00": "壹亿元整",
    "100000001.00": "壹亿零壹元整",
    "100100000.00": "壹亿零壹拾万元整",
    "1234567890.12": "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分",
    "999999999999.99": "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
}


def _fen(text: str) -> int:
    yuan, cents = text.split(".")
    return int(yuan) * 100 + int(cents)


def _read(text: str) -> int:
    """Read capital numerals left to right, knowing nothing of how they were written."""
    worth = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1000}
    done = section = digit = fen = 0
    for sign in text:
        if sign in worth:
            digit = worth[sign]
        elif sign in places:
            section, digit = section + digit * places[sign], 0
        elif sign == "万":
            done, section, digit = done + (section + digit) * 10**4, 0, 0
        elif sign == "亿":
            done, section, digit = (done + section + digit) * 10**8, 0, 0
        elif sign == "元":
            fen, done, section, digit = (done + section + digit) * 100, 0, 0, 0
        elif sign in "角分":
            fen, digit = fen + digit * {"角": 10, "分": 1}[sign], 0
    return fen


@pytest.mark.parametrize(("digits", "capitals"), KNOWN.items())
def test_known_amounts_are_written_as_banks_write_them(digits: str, capitals: str) -> None:
    assert in_capitals(_fen(digits)) == capitals


@pytest.mark.parametrize(("digits", "capitals"), KNOWN.items())
def test_the_reader_of_this_test_reads_the_known_amounts(digits: str, capitals: str) -> None:
    assert _read(capitals) == _fen(digits)


@given(
    st.one_of(
        st.integers(1, LARGEST_FEN),
        st.integers(1, 10**6),
        st.builds(lambda digit, zeros: digit * 10**zeros, st.integers(1, 9), st.integers(0, 13)),
    )
)
def test_capitals_read_again_give_the_same_amount(fen: int) -> None:
    text = in_capitals(fen)

    assert _read(text) == fen
    assert "零零" not in text
    assert not text.startswith("零")
    assert text.endswith(("整", "分"))


@given(st.integers(1, LARGEST_FEN))
def test_digits_read_again_give_the_same_amount(fen: int) -> None:
    assert _fen(in_digits(fen).replace(",", "")) == fen


@pytest.mark.parametrize("fen", [0, -1, LARGEST_FEN + 1])
def test_nothing_less_than_nothing_and_typing_errors_are_refused(fen: int) -> None:
    with pytest.raises(ValueError, match=str(fen)):
        in_capitals(fen)
