"""Whom a report names as the other side: proposed with the number told behind the name."""

from __future__ import annotations

import time

import pytest

from domain.cases import MOST_TOLD
from domain.others_told import others_told


def told(line: str) -> list[tuple[str, str]]:
    story = f"楼上漏水，陈大山看见的\n涉及的人：{line}\n是否有人有危险：没有"
    return [(one.name, one.phone) for one in others_told(story)]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("刘大勇，电话12000000002", [("刘大勇", "12000000002")]),
        ("对方叫刘大勇（13800138000）", [("刘大勇", "13800138000")]),
        ("房东张三电话：13800138000", [("张三", "13800138000")]),
        ("刘大勇和王芳", [("刘大勇", ""), ("王芳", "")]),
        ("老公王强，手机13800138000；楼上李春和", [("王强", "13800138000"), ("李春和", "")]),
        ("刘大勇家", [("刘大勇", "")]),
        ("房东，李卫东", [("李卫东", "")]),
    ],
)
def test_who_is_named_is_found_with_their_number(line, named):
    assert told(line) == named


@pytest.mark.parametrize(
    "line",
    [
        *("楼上502的住户", "钱老板", "没有", "不知道", "物业公司", "王大哥", "施工队", "房东"),
        *("房东，电话13800138000", "孙子", "钱没给", "安保", "石匠", "华润"),
    ],
)
def test_whoever_is_not_named_is_not_made_up(line):
    assert told(line) == []


@pytest.mark.parametrize("again", ["王三，", "王三 ", " ", "，"])
def test_a_long_line_is_read_through_at_once(again):
    line = again * (MOST_TOLD // len(again))
    before = time.process_time()

    others_told(f"涉及的人：{line}")

    assert time.process_time() - before < 1
