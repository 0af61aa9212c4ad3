"""What a listening engine is told beforehand, so that it writes simplified characters."""

from __future__ import annotations

from collections.abc import Sequence

PROMPT = "以下是普通话的句子。"


def prompt(hints: Sequence[str]) -> str:
    """Say what language it is, and which words may come."""
    return f"{PROMPT}{'、'.join(hints)}。" if hints else PROMPT
