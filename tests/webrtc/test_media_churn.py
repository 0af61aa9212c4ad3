"""Coming and going in a few rooms: the small form of make prove PART=media-churn."""

import pytest

from tests.prove.media_churn import churn, report

pytestmark = pytest.mark.media


async def test_rooms_that_are_opened_and_left_leave_nothing_behind():
    found = await churn(rooms=2, people=2, seconds=3.0, seed=3, grows=float("inf"))

    assert found.wrong == []
    assert found.left_over == {"rooms": 0, "people": 0}
    assert found.entered >= 6
    assert found.forwarded > 100
    assert found.recordings >= 2
    assert "**0 faults**" in report(found, seed=3, load=0.0)
