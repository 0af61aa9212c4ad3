"""A small run of the long proof callback-fuzz: nothing that anybody sends breaks the callbacks."""

from __future__ import annotations

from tests.bot.fuzzing.running import fuzz
from tests.prove.callback_fuzz import report

COUNT = 300


async def test_hostile_callbacks_break_nothing(tmp_path):
    found = await fuzz(tmp_path / "data", count=COUNT, seed=20261122)

    assert found.wrong == []
    assert found.errors == []
    assert (found.sent, found.status) == (COUNT, 0)
    assert found.watch["looks"] > 0
    assert len({name for name, _ in found.statuses}) > 15
    assert f"| {COUNT} | 0 | 0 |" in report(found, seed=1, seconds=1.0, load=1.0)
