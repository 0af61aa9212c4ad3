"""What several people do in the same moment to one thing."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from domain.errors import Stale

P = ParamSpec("P")
T = TypeVar("T")
TRIES = 5


def built_upon(deed: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Mark a deed that rests on nothing its person saw: who was faster is built upon.

    It is one transaction; Stale reaches the person only if somebody was faster every time.
    """

    @wraps(deed)
    async def doing(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES - 1):
            with suppress(Stale):
                return await deed(*args, **kwargs)
        return await deed(*args, **kwargs)

    return doing
