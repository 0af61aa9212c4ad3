"""What stands in a list of a told story: the thing itself, not who tells it, no whole number."""

from __future__ import annotations

import time

import pytest

from domain.cases import MOST_TOLD
from domain.headline import headline

NAMED = "我叫王秀兰，我的电话是12000000001，我家住3号楼402，楼上卫生间漏水"


@pytest.mark.parametrize(
    ("story", "shown"),
    [
        (NAMED, "我家住3号楼402，楼上卫生间漏水"),
        ("你好，我是王秀兰13800138000。欠我钱", "欠我钱"),
        ("王秀兰\n我就是王秀兰，电话12000000001\n楼上漏水", "楼上漏水"),
        ("我今年72岁，儿子不养", "儿子不养"),
        ("楼上漏水，打13800138000不接", "楼上漏水，打138****8000不接"),
        ("楼上漏水，我的电话是0575-87011234", "楼上漏水，我的电话是057****1234"),
        ("身份证330102194901011234，要改", "身份证****，要改"),
    ],
)
def test_who_tells_it_is_left_out_and_numbers_are_masked(story, shown):
    assert headline(story, longest=60) == shown


@pytest.mark.parametrize(
    "story",
    [
        "我叫王秀兰",
        "我是王秀兰的女儿，楼上漏水",
        "我是江苏人，他不还钱",
        "我叫他还钱，他不还",
        "高空抛物，砸到我的车",
        "陈年旧账，说不清",
        "王大哥把我打了",
    ],
)
def test_what_may_be_the_thing_itself_stays(story):
    assert headline(story, longest=60) == story


def test_it_is_cut_where_it_is_too_long():
    assert headline("楼上漏水" * 5, longest=8) == "楼上漏水楼上漏…"


@pytest.mark.parametrize("begins", ["王三", "我是王三", "我的电话", "您好", "王三，电话"])
@pytest.mark.parametrize("blank", [" ", "，", "：", "您好，", "1"])
def test_a_long_run_is_read_through_at_once(begins, blank):
    story = begins + blank * (MOST_TOLD // len(blank))
    before = time.process_time()

    headline(story, longest=60)

    assert time.process_time() - before < 1
