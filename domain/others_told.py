"""Whom else a report names, with their numbers: a proposal of who the other parties are.

Nobody becomes a party by it: the centre takes it as it stands, corrects it, or leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.self_told import A_BARE_NAME, FAMILY, PHONE

MOST = 3  #: proposed of one report; whoever has more to say has a mediator who asks
_LINE = re.compile(r"^涉及的人[:：](.*)$", re.MULTILINE)
_WHOSE = "对方|丈夫|妻子|老公|老婆|邻居|楼上|楼下|隔壁|老板|儿子|女儿|父亲|母亲|户主|房东|租客"
#: What begins as a name does, and is none.
_NO_NAMES = ("房东", "孙子", "孙女", "施工", "安保", "华润")
_ENDS_NO_NAME = ("队", "匠", "没给")
_BEFORE = rf"(?:^|(?<=[，,。；;、：:\s（(和跟与叫是的])|(?<={')|(?<='.join(_WHOSE.split('|'))}))"
_AND = rf"[和跟与](?:{FAMILY})[\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff])"
_AFTER = rf"(?=$|[^\u4e00-\u9fff]|的?(?:联系)?(?:电话|手机|号码|方式)|住|家|今年|{_AND})"
_ONE = re.compile(
    rf"{_BEFORE}{A_BARE_NAME}{_AFTER}"
    rf"(?:家?[\s，,、:：（(]*+(?:他|她)?的?(?:联系)?(?:电话|手机|号码|方式)*(?:号码|号)?(?:是|为)?[\s:：]*+{PHONE})?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTold:
    """Somebody whom a report names beside its teller; nobody has checked it."""

    name: str
    phone: str  #: as typed; empty: none was told


def others_told(story: str) -> Sequence[OtherTold]:
    """Find who is named where a report says whom it concerns."""
    found = [
        OtherTold(name=one["name"], phone=one["phone"] or "")
        for line in _LINE.findall(story)
        for one in _ONE.finditer(line)
        if _is_a_name(one["name"])
    ]
    return list({one.name: one for one in reversed(found)}.values())[::-1][:MOST]


def _is_a_name(found: str) -> bool:
    return found not in _NO_NAMES and not found.endswith(_ENDS_NO_NAME)
