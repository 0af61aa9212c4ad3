from __future__ import annotations

import pytest

from tests.simulator.stage import on_stage


@pytest.fixture
async def stage(tmp_path):
    async with on_stage(tmp_path) as raised:
        yield raised
