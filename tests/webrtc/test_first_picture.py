"""Whoever presses 进入 sees the other soon."""

import pytest

from tests.prove.first_picture import PROFILES, entered

pytestmark = pytest.mark.media


async def test_the_first_picture_is_there_soon_after_the_press(tmp_path):
    (took,) = await entered(tmp_path, PROFILES[0], rounds=1)

    assert 0 < took < 10
