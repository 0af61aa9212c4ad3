"""Addresses as people write them: numbers of buildings, short names, names by their sound."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = "[零〇一二两三四五六七八九十百]+"
_ONE = "[一二两三四五六七八九]"
_COUNTED = re.compile(f"(?:(?P<hundreds>{_ONE})百)?零?(?P<tens>{_ONE}?十)?(?P<ones>{_ONE})?")
_BUILDING = "号楼|幢|栋|座|#楼|#"
#: 三幢, 3号楼, 3栋, 3# are one building
_SPOKEN_NUMBER = re.compile(f"{_NUMBER}(?={_BUILDING}|单元|号|弄|组|队)")
_HOUSE = re.compile(rf"(\d+)(?:{_BUILDING})")
_RANGE = re.compile(r"(\d+)(?:幢)?(?:-|~|至|到)(\d+)幢")
_NOISE = re.compile(r"[^\w#~-]+|_")
#: what estates and villages are called with and without
_TAIL = re.compile(
    "(?:住宅小区|小区|花园|家园|新村|公寓|社区|居委会|村委会|菜市场|农贸市场|街道|行政村|自然村|村|苑|里)$"
)
#: characters that sound alike in the names of places, as voices are written down and fingers slip
_ALIKE = (
    "枫峰丰风锋封凤奉 溪西希熙锡夕 和合禾荷河何 园苑院源圆元缘原 平坪屏萍 桥乔侨樵 新心欣鑫馨兴 "
    "明名铭鸣 阳杨扬洋羊 江姜疆将 清青庆晴卿 福富府复 龙隆陇 东冬栋 金锦今津晋 家佳嘉加 "
    "景井锦静 城成诚程承 湖胡虎 安岸 泰太 利丽莉力立里李理 文汶闻 昌长常畅 光广 华花化 桂贵 "
    "石时实 头投 山珊 老佬 码马 荣融容 祥翔详 瑞锐 宏红虹洪鸿 玉育裕御誉 柳刘流 松送 竹珠 "
    "塘堂唐棠 港岗 坝霸 坡波 街阶 弄农 巷向"
)
_SOUND = {char: group[0] for group in reversed(_ALIKE.split()) for char in group}
SHORTEST_NAME = 2  #: characters of a name without its tail


@dataclass(frozen=True, slots=True)
class Houses:
    """Buildings of an estate, such as 和平小区1-5幢."""

    estate: str
    first: int
    last: int

    def hold(self, house: int) -> bool:
        """Is the building among them?"""
        return self.first <= house <= self.last


def plain_address(words: str) -> str:
    """Write an address the one way: no blanks, Arabic numbers, every building a 幢."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", words).lower())
    text = _SPOKEN_NUMBER.sub(_in_digits, text)
    return _HOUSE.sub(r"\1幢", text)


def _in_digits(found: re.Match[str]) -> str:
    number = number_of(found[0])
    return found[0] if number is None else str(number)


def number_of(spoken: str) -> int | None:
    """Read a Chinese number below a thousand: 二十三 is 23, 一〇三 is 103; None for no number."""
    if set(spoken) <= _DIGITS.keys():
        return int("".join(str(_DIGITS[char]) for char in spoken))
    found = _COUNTED.fullmatch(spoken)
    if found is None:
        return None
    hundreds, tens, ones = found["hundreds"], found["tens"], found["ones"]
    return (
        100 * (_DIGITS[hundreds] if hundreds else 0)
        + 10 * (_DIGITS[tens[0]] if tens and tens != "十" else len(tens or ""))
        + (_DIGITS[ones] if ones else 0)
    )


def houses_of(name: str) -> Houses | None:
    """Read 和平小区1-5幢 or 和平小区3幢; None for a name without buildings."""
    if found := _RANGE.search(name):
        return Houses(name[: found.start()], int(found[1]), int(found[2]))
    if found := _HOUSE.search(name):
        return Houses(name[: found.start()], int(found[1]), int(found[1]))
    return None


def house_in(address: str, estate: str) -> int | None:
    """Find the building that an address names right after the estate."""
    found = re.search(rf"{re.escape(estate)}(?:小区)?(?:第)?(\d+)幢", address)
    return int(found[1]) if found else None


def short_name(name: str) -> str:
    """Cut what an estate is called with: 和平小区 is 和平; empty if too little is left."""
    short = _TAIL.sub("", name)
    return short if len(short) >= SHORTEST_NAME and short != name else ""


def said_short(address: str, name: str) -> bool:
    """Does an address say the name without its tail, and not as part of a street's name?"""
    short = short_name(name)
    return bool(short) and bool(re.search(f"{re.escape(short)}(?!大?[路街巷弄道桥])", address))


def by_sound(text: str) -> str:
    """Write every character as the first of those that sound like it."""
    return "".join(_SOUND.get(char, char) for char in text)
