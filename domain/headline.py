"""What a told story is about, in one line: behind who tells it, and without whole numbers.

A list is looked at over somebody's shoulder; the story itself stands in the case.
"""

from __future__ import annotations

import re
from re import Match

from domain import masking
from domain.self_told import A_BARE_NAME, PHONE, SURELY_A_NAME

_SOME_PHONE = PHONE.replace("(?P<phone>", "(?:")
_GREETING = "您好|你好|喂|(?:各位)?领导(?:您?好)?|同志(?:您?好)?"
_NAMED = rf"(?:我(?:的?名字)?就?(?:叫|是)|本人(?:叫|是)?|姓名[:：]?) *+{SURELY_A_NAME}"
_REACHED = (
    r"(?:我的?|本人)?(?:联系)?(?:电话|手机|号码|方式)*(?:号码|号)?(?:是|为|[:：])? *+" + _SOME_PHONE
)
_END = r"(?:[，,。；;！!、\s]++|$)"  # 我是王秀兰的女儿 names somebody else
_AGED = r"(?:我?今年)?\d{1,3}岁"
_ABOUT_THE_TELLER = re.compile(
    rf"(?:{_GREETING}|{_NAMED}(?: *+的?{_REACHED})?|{_REACHED}|{_AGED}){_END}"
    rf"|{A_BARE_NAME}(?:[，,、\s]*+{_REACHED}{_END}|\n++)".replace("(?P<name>", "(?:")
)
_NUMBER = re.compile(PHONE)
_IDENTITY = re.compile(r"(?<!\d)\d{15}(?:\d{2}[\dXx])?(?!\d)")


def headline(story: str, *, longest: int) -> str:
    """Give the first words about the thing itself, numbers masked; cut to so many characters."""
    flat = _hidden(_without_the_teller(story.strip()).split("\n", 1)[0].strip())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def _without_the_teller(story: str) -> str:
    """Leave out greeting, name and number that stand in front; what is nothing else stays."""
    at = 0
    while told := _ABOUT_THE_TELLER.match(story, at):
        at = told.end()
    return story[at:] or story


def _hidden(line: str) -> str:
    return _IDENTITY.sub("****", _NUMBER.sub(_masked, line))


def _masked(number: Match[str]) -> str:
    return masking.phone(re.sub(r"\D", "", number[0]).removeprefix("86"))
