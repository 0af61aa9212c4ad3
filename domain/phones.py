"""Phone numbers of mainland China as E.164; the demo's own numbers can't be assigned to anybody."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import BadInput

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LAND_LINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[1-9][0-9]{6,7}")
SHORT_AREAS = ("10", "2")  #: of the largest cities; all other areas have three digits
DEMO = re.compile(r"1[0-2][0-9]{9}")  #: 10x to 12x are not mobile prefixes (电信网编号计划, 2017)


def e164(typed: str, *, demo: bool) -> str:
    """Read a typed number as ``+86...``; empty stays empty.

    Raises BadInput for anything that is no Chinese number; numbers of the demo only in a demo.
    """
    # Chinese keyboards write full-width digits and brackets.
    digits = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", typed))
    if not digits:
        return ""
    digits = digits.removeprefix("+86").removeprefix("0086")
    if MOBILE.fullmatch(digits) or (demo and DEMO.fullmatch(digits)):
        return f"+86{digits}"
    if LAND_LINE.fullmatch(digits):
        return f"+86{digits[1:]}"
    raise BadInput("phone", "not a Chinese number")


def spoken(number: str) -> str:
    """Write an E.164 number as people here read it: ``120 0000 0899``, ``0575-87011234``.

    What is no number of ours, or is masked already, stays as it is.
    """
    digits = number.removeprefix("+86")
    if digits == number or not digits.isdecimal():
        return number
    if LAND_LINE.fullmatch(f"0{digits}"):
        area = 2 if digits.startswith(SHORT_AREAS) else 3
        return f"0{digits[:area]}-{digits[area:]}"
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
