"""What a dialogue wants done is done: no intent falls through the desks that carry them out."""

from __future__ import annotations

import ast
import typing
from collections.abc import Iterator
from pathlib import Path

import services
from domain.conversations import Intent

SERVICES = Path(next(iter(services.__path__)))


def handled() -> Iterator[str]:
    """Name every class that some ``match intent`` of the services has a case for."""
    for file in sorted(SERVICES.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Match) and ast.unparse(node.subject) == "intent":
                for case in node.cases:
                    for pattern in ast.walk(case.pattern):
                        if isinstance(pattern, ast.MatchClass):
                            yield ast.unparse(pattern.cls)


def test_every_intent_has_a_desk_and_every_desk_an_intent() -> None:
    intents = {one.__name__ for one in typing.get_args(Intent)}

    assert set(handled()) == intents
