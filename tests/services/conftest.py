"""A centre for every story of the desks, which is told on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.services.house import House, a_house


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    """A centre with a dispatcher, a mediator, a supervisor, and no cases."""
    async with a_house(url) as opened:
        yield opened
