"""What counts as told of oneself: only words that name their teller."""

from __future__ import annotations

import pytest

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
