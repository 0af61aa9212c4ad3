"""Masking by kind of datum; the digits kept follow common practice (GB/T 35273 fixes none)."""

from __future__ import annotations


def name(value: str) -> str:
    """王小明 -> 王*明, 张三 -> 张*; each character counts once, rare ones too."""
    if len(value) <= 1:
        return "*" if value else ""
    if len(value) == 2:  # noqa: PLR2004  # two characters keep only the family name
        return f"{value[0]}*"
    return f"{value[0]}{'*' * (len(value) - 2)}{value[-1]}"


def phone(value: str) -> str:
    """+8613800138000 -> 138****8000."""
    digits = value.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else "****"  # noqa: PLR2004  # 3 + 4 shown
