"""A centre for every story of the desks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.house import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A centre with a dispatcher, a mediator, a supervisor, and no cases."""
    async with a_house(tmp_path) as opened:
        yield opened
