"""Phone numbers of mainland China as E.164; the demo's own numbers can't be assigned to anybody."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import BadInput

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LAND_LINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[1-9][0-9]{6,7}")
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
