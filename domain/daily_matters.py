"""Daily-life matters (民生事项): the street lamp, the rubbish, the water; nobody quarrels."""

from __future__ import annotations

import re

_MATTER = re.compile(
    "路灯|红绿灯|井盖|停水|断水|停电|断电|自来水|水管爆|煤气|燃气|下水道|积水|积雪|结冰|路面|大坑|坑洼|"
    "公厕|公交|绿化带|树枝|树倒|消防栓|护栏|健身器材|电梯|暖气|供暖|供热|污水|臭水|化粪池|"
    "(?:工地|施工).{0,10}(?:吵|噪|响|灰|尘|半夜|夜里|睡)|(?:下水|管道|水沟|阴沟|排水).{0,6}堵|"
    "路牌|斑马线|盲道|小广告|老鼠|流浪狗|占道|油烟|垃圾(?:没人|不清|没清|成堆|堆|桶|太多|清运)|电线"
)
#: With these there is somebody on the other side: that is a dispute, and for mediation.
_QUARREL = re.compile(
    "邻居|楼上|隔壁|对门|赔|打(?:人|我|他|她|架|伤|骂|起来|了(?:我|他|她|人|一))|[被挨]打|骂|欠|吵架|吵过|吵起|吵了几|争吵|老板|工资|合同|借|离婚|撞|受伤|受了伤|物业费|他家|她家|不让"
)


def is_daily(story: str) -> bool:
    """Does a story tell of something to be mended, and of nobody to be reconciled with?"""
    return _MATTER.search(story) is not None and _QUARREL.search(story) is None


def is_quarrel(story: str) -> bool:
    """Does a story tell of somebody on the other side, rather than of something to be mended?"""
    return _QUARREL.search(story) is not None and not is_daily(story)
