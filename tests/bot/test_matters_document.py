"""docs/matters.md cannot lie about the questions of the chat."""

from __future__ import annotations

import re
from pathlib import Path

from bot.answering import ROUTER

PAGE = (Path(__file__).parents[2] / "docs" / "matters.md").read_text()


def test_every_question_about_a_matter_is_described():
    described = re.findall(r"^\| `(matter:[a-z]+)` \|", PAGE, re.MULTILINE)

    assert set(described) == {one for one in ROUTER.questions if one.startswith("matter:")}
    assert len(described) == len(set(described))
