"""The business clock: this machine's, or the one that is followed at an address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime


def machine_clock() -> datetime:
    """Tell this machine's time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # the one place that asks the machine


@asynccontextmanager
async def clock_for(url: str) -> AsyncIterator[Callable[[], datetime] | None]:
    """Follow the clock at ``url``; without one there is nothing to follow."""
    if not url:
        yield None
        return
    from processes.followed_clock import FollowedClock  # noqa: PLC0415  # it loads an HTTP client

    clock = FollowedClock(url)
    async with clock.followed():
        yield clock
