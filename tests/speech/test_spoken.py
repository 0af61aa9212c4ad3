"""Texts as they are said: a listener hears numbers, amounts and times as a person says them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.spoken import LONGEST, MARKS, number, sentences_of, spoken

SAID = {
    "反诈电话96110，心理援助12356，报警110": "反诈电话九六幺幺零，心理援助幺二三五六，报警幺幺零",
    "欠款3600.5元": "欠款三千六百元五角",
    "一共¥12,000": "一共一万二千元",
    "找零3.05元": "找零三元零五分",
    "明天9:30到": "明天九点三十分到",
    "15:05开始": "十五点零五分开始",
    "10:00开始": "十点整开始",
    "2026年11月22日签": "二零二六年十一月二十二日签",
    "2026-01-05前": "二零二六年一月五日前",
    "打138-0013-8000": "打幺三八，零零幺三，八零零零",
    "打13800138000": "打幺三八，零零幺三，八零零零",
    "打+86 13800138000": "打幺三八，零零幺三，八零零零",
    "打0575-87011234": "打零五七五，八七零幺幺二三四",
    "〔2026〕枫综字第0001号": "二零二六，枫综字第零零零一号",
    "下载APP": "下载手机应用",
    "打开https://a.example/x?y=1看": "打开",
    "打开 https://a.example/x 看": "打开看",
    "占3.5%": "占百分之三点五",
    "1.5倍": "一点五倍",
    "来了2个人，一共21天": "来了两个人，一共二十一天",
    "证件33068119900101123X": "证件三三零六八幺幺九九零零幺零幺幺二三艾克斯",
    "第2条：甲方": "第二条：甲方",
    "订单10050007000800": "订单幺零零五零零零七零零零八零零",
}


@pytest.mark.parametrize("written", SAID)
def test_a_text_is_said_as_people_say_it(written):
    assert spoken(written) == SAID[written]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "零"),
        (10, "十"),
        (11, "十一"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (10_050, "一万零五十"),
        (100_500, "十万零五百"),
        (123_456_789, "一亿二千三百四十五万六千七百八十九"),
    ],
)
def test_quantities_are_said_with_their_places(value, said):
    assert number(value) == said


@given(st.text(max_size=300))
def test_nothing_remains_that_the_reader_does_not_know(text):
    assert re.fullmatch(rf"[\u3400-\u9fff{MARKS}]*", spoken(text))


@given(st.text(alphabet="字，。；12a\n", max_size=600))
def test_a_text_is_parted_into_breaths_and_nothing_is_lost(text):
    pieces = sentences_of(text)

    assert all(0 < len(piece) <= LONGEST for piece in pieces)
    kept = re.sub(f"[{MARKS}]", "", "".join(pieces))
    assert kept == re.sub(f"[{MARKS}]", "", spoken(text))
