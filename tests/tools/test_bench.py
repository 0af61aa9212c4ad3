"""The benchmarks run, and say what they measured beside its ceiling."""

import re

from tests.bench import callback


async def test_the_callback_is_measured_beside_its_ceiling(capsys):
    assert await callback.measure(people=20, rounds=1, at_once=4)

    told = capsys.readouterr().out
    figures = dict(re.findall(r"^\| (callback|ceiling) \| \d+ \| (\d+) ", told, re.MULTILINE))
    assert 0 < int(figures["callback"]) < int(figures["ceiling"])
