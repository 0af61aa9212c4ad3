"""What counts as told of oneself: only words that name their teller."""

from __future__ import annotations

import time

import pytest

from domain.cases import MOST_TOLD
from domain.self_told import self_told


@pytest.mark.parametrize(
    ("story", "name", "phone", "words"),
    [
        (
            "我叫王秀兰，电话12000000001，楼上漏水",
            "王秀兰",
            "12000000001",
            "我叫王秀兰，电话12000000001",
        ),
        (
            "楼上漏水\n涉及的人：陈大山13800138000，对方钱老板",
            "陈大山",
            "13800138000",
            "陈大山13800138000",
        ),
        ("我是王秀兰 13800138000，楼上漏水", "王秀兰", "13800138000", "我是王秀兰 13800138000"),
        ("我叫陈春生，住枫桥路", "陈春生", "", "我叫陈春生"),
        ("欠我钱。我叫欧阳小明。我的电话：0575-87011234", "欧阳小明", "0575-87011234", None),
        ("楼上漏水，我的手机号是138 0013 8000", "", "138 0013 8000", "我的手机号是138 0013 8000"),
    ],
)
def test_who_names_themselves_is_proposed_with_their_words(story, name, phone, words):
    told = self_told(story)

    assert told is not None
    assert (told.name, told.phone) == (name, phone)
    assert told.words == (words or "我叫欧阳小明。我的电话：0575-87011234")


@pytest.mark.parametrize(
    "story",
    [
        "楼上漏水\n涉及的人：王大哥",
        "涉及的人：钱老板 13800138000",
        "我叫他还钱，他不还",
        "我叫王大哥来看过",
        "我是江苏人，13800138000",
        "我是王秀兰的女儿，电话13800138000",
        "我是包工头，13800138000",
        "老板叫张三，电话13800138000",
        "他打我电话13800138000要账",
    ],
)
def test_whoever_else_is_named_is_not_taken_for_the_teller(story):
    assert self_told(story) is None


@pytest.mark.parametrize("begins", ["王三", "我是王三", "我叫王三", "我的电话", "王三，电话"])
@pytest.mark.parametrize("blank", [" ", "，", "\n", "："])
def test_a_long_run_of_blanks_is_read_through_at_once(begins, blank):
    story = begins + blank * (MOST_TOLD - len(begins))
    before = time.process_time()

    self_told(story)

    assert time.process_time() - before < 1


def test_blanks_between_the_two_who_quarrel_and_the_number_are_read_over():
    told = self_told("王三 ，\n 电话： 13800138000 、 对方钱老板")

    assert told is not None
    assert (told.name, told.phone) == ("王三", "13800138000")
