"""Amounts in fen, written in digits and in capital numerals (大写) that always agree."""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
FULL_GROUP = 1000  #: a group below it needs 零 after a higher one
LARGEST_FEN = 10**14 - 1  #: below one 万亿 yuan; more is refused as a typing error


def in_digits(fen: int) -> str:
    """Write ``123456`` fen as ``1,234.56``."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def in_capitals(fen: int) -> str:
    """Write an amount in capital numerals, as 支付结算办法 附件一 lays down."""
    if not 0 < fen <= LARGEST_FEN:
        raise ValueError(fen)
    yuan, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_integer(yuan)}元" if yuan else ""
    if not jiao and not cents:
        return text + "整"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return text + (f"{DIGITS[cents]}分" if cents else "整")


def _integer(number: int) -> str:
    text, gap = "", False
    for index in reversed(range(len(GROUPS))):
        group = number // 10000**index % 10000
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < FULL_GROUP):
            text += "零"
        text += _four(group) + GROUPS[index]
        gap = False
    return text


def _four(group: int) -> str:
    text, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text
