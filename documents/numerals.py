"""Numbers and dates as Chinese papers write them."""

from __future__ import annotations

from datetime import date

DIGITS = "〇一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"


def counting(number: int) -> str:
    """Write 1 to 99 for numbering terms: 一, 十, 二十一."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return head + (DIGITS[ones] if ones else "")


def formal(number: int) -> str:
    """Write 1 to 99 so that it cannot be altered by a stroke: 叁, 拾贰."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else FORMAL[tens]) + "拾" if tens else ""
    return head + (FORMAL[ones] if ones else "")


def written_date(day: date) -> str:
    """Write a date in characters: 二〇二六年十一月二十一日."""
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{counting(day.month)}月{counting(day.day)}日"
