"""Hostile messages of every kind from inside a call, as in make prove PART=media-fuzz."""

import pytest

from tests.prove.media_fuzz import report
from tests.webrtc.fuzzing.running import SHARES, fuzz

pytestmark = pytest.mark.media


async def test_hostile_messages_of_every_kind_break_nothing():
    found = await fuzz(count=800, seed=7)

    assert found.wrong == []
    assert set(found.sent) == set(SHARES)
    assert found.answers["SDP", "bad-input"] > 5
    assert found.answers["signalling", "bad-input"] > 20
    assert found.drops["dropped_forged"] > 10
    assert found.drops["dropped_check"] > 100
    assert "**0 crashes**" in report(found, seed=7, seconds=1.0, load=0.0)
