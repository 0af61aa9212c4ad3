"""Texts as they are said: numbers, amounts, times and codes in Han characters, addresses left out.

A model that reads aloud knows Han characters and pauses; it reads 96110 as a quantity and stops
at the dot of 3600.5.  What remains here is only what it knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

MARKS = "，、；：。！？（）"
LONGEST = 80  #: characters of a sentence that is read in one breath
DIGITS = "零一二三四五六七八九"
IN_CODES = "零幺二三四五六七八九"  #: so that 1 is not heard as 7
LETTERS: Mapping[str, str] = MappingProxyType(
    dict(
        zip(
            "abcdefghijklmnopqrstuvwxyz",
            [
                "诶",
                "必",
                "西",
                "弟",
                "衣",
                "艾福",
                "记",
                "艾尺",
                "爱",
                "杰",
                "开",
                "艾勒",
                "艾姆",
                "恩",
                "欧",
                "批",
                "扣",
                "啊",
                "艾丝",
                "踢",
                "优",
                "维",
                "大不留",
                "艾克斯",
                "歪",
                "贼",
            ],
            strict=True,
        )
    )
)
WORDS: Mapping[str, str] = MappingProxyType({"app": "手机应用", "wechat": "微信", "ok": "好"})
OTHER_MARKS = str.maketrans(
    {
        **dict(zip(",;!?()", "，；！？（）", strict=True)),
        **dict.fromkeys("—…·*[]【】/|", "，"),
        "\n": "。",
    }
)
MYRIADS = ("", "万", "亿")
LARGEST = 10**12
THOUSAND = 1000
LEAST_OF_A_CODE = 9  #: as many digits as no quantity of ours has

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def spoken(text: str) -> str:
    """Say a text in Han characters and pauses alone."""
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    text = text.translate(OTHER_MARKS).replace(".", "。")
    text = re.sub(rf"[^\u3400-\u9fff{MARKS}]", "", text)
    text = re.sub(rf"[{MARKS}]+", lambda found: _strongest(found[0]), text)
    return text.lstrip(MARKS)


def sentences_of(text: str) -> list[str]:
    """Part a text into sentences of one breath each."""
    whole = re.findall(r"[^。！？]+[。！？]?", spoken(text))
    return [piece for one in whole for piece in _breaths(one)]


def number(value: int) -> str:
    """Say a quantity: 10050 is 一万零五十."""
    if value == 0:
        return DIGITS[0]
    if value >= LARGEST:
        return code(str(value))
    parts: list[str] = []
    for place in range(len(MYRIADS) - 1, -1, -1):
        group = value // 10_000**place % 10_000
        if group:
            gap = parts and group < THOUSAND
            parts.append(f"{DIGITS[0] if gap else ''}{_thousands(group)}{MYRIADS[place]}")
    said = "".join(parts)
    return said.removeprefix("一") if said.startswith("一十") else said


def code(digits: str) -> str:
    """Say digits one by one, as numbers that are dialled are said."""
    return "".join(IN_CODES[int(one)] for one in digits if one.isdigit())


def _thousands(value: int) -> str:
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            said += f"{DIGITS[0] if gap and said else ''}{DIGITS[digit]}{name}"
        gap = digit == 0
    return said


def _decimal(text: str) -> str:
    whole, _, part = text.replace(",", "").partition(".")
    said = number(int(whole))
    digits = "".join(DIGITS[int(one)] for one in part)
    return f"{said}点{digits}" if digits else said


def _plain(digits: str) -> str:
    """A quantity, unless it begins with a zero or is too long: then it is a code."""
    if len(digits) >= LEAST_OF_A_CODE or (digits.startswith("0") and len(digits) > 1):
        return code(digits)
    return number(int(digits))


def _year(digits: str) -> str:
    """Say digits one by one, as years and case numbers are said."""
    return "".join(DIGITS[int(one)] for one in digits)


def _date(found: re.Match[str]) -> str:
    return f"{_year(found[1])}年{number(int(found[2]))}月{number(int(found[3]))}日"


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if minute == 0:
        return f"{number(hour)}点整"
    return f"{number(hour)}点{DIGITS[0] if minute < 10 else ''}{number(minute)}分"  # noqa: PLR2004  # 9:05


def _amount(found: re.Match[str]) -> str:
    """3600.5元 is three thousand six hundred yuan and five jiao."""
    whole, _, part = found[1].replace(",", "").partition(".")
    said = f"{number(int(whole))}元"
    if not part or int(part) == 0:
        return said
    if len(part) > 2:  # noqa: PLR2004  # finer than a fen
        return f"{_decimal(found[1])}元"
    jiao, fen = int(part[0]), int(part[1:] or 0)
    small = f"{DIGITS[jiao]}角" if jiao else DIGITS[0]
    return f"{said}{small}{DIGITS[fen]}分" if fen else f"{said}{small}"


def _grouped(found: re.Match[str]) -> str:
    """A dialled number is said in its groups, with a breath between them."""
    groups = re.findall(r"\d+", re.sub(r"^\+?86(?=[ -]?1)", "", found[0]))
    if len(groups) == 1 and len(groups[0]) == 11:  # noqa: PLR2004  # a mobile number: 3, 4, 4
        groups = [groups[0][:3], groups[0][3:7], groups[0][7:]]
    return "，".join(code(one) for one in groups)


def _letters(found: re.Match[str]) -> str:
    word = found[0].lower()
    return WORDS.get(word) or "".join(LETTERS[one] for one in word)


RULES: tuple[Rule, ...] = (
    (re.compile(r"(?:https?://|www\.)[^\s，。；！？、）】”]+", re.IGNORECASE), lambda _: ""),
    (re.compile(r"\b[A-Za-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org)\b\S*"), lambda _: ""),
    (re.compile(r"〔(\d{4})〕"), lambda found: f"{_year(found[1])}，"),
    (re.compile(r"第(0\d*)号"), lambda found: f"第{_year(found[1])}号"),
    (re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?(?!\d)"), _date),
    (re.compile(r"(\d{4})年"), lambda found: f"{_year(found[1])}年"),
    (re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)"), _time),
    (re.compile(r"[¥￥]\s?(\d[\d,]*(?:\.\d+)?)"), _amount),
    (re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?元"), _amount),
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?[\d*]{4}[ -]?\d{4}(?!\d)"), _grouped),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), _grouped),
    (re.compile(r"(?<!\d)(?:11[09]|12[02]|96110|12\d{3}|95\d{3})(?!\d)"), lambda hit: code(hit[0])),
    (re.compile(r"\d{17}(?=[\dXx](?!\d))"), lambda found: code(found[0])),
    (re.compile(r"(\d+(?:\.\d+)?)\s?%"), lambda found: f"百分之{_decimal(found[1])}"),
    (re.compile(r"\d+\.\d+"), lambda found: _decimal(found[0])),
    (re.compile(r"(?<!\d)2(?=[个份张件次位天])"), lambda _: "两"),
    (re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)"), lambda found: number(int(found[0].replace(",", "")))),
    (re.compile(r"\d+"), lambda found: _plain(found[0])),
    (re.compile(r"[A-Za-z]+"), _letters),
)  # fmt: skip


def _strongest(marks: str) -> str:
    """Keep one pause of several, the longest."""
    return min(marks, key="。！？；：，、（）".index)


def _breaths(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        cut = max(sentence.rfind(mark, 0, LONGEST) for mark in "；，、：") + 1 or LONGEST
        yield sentence[:cut]
        sentence = sentence[cut:]
    if sentence.strip(MARKS):
        yield sentence
