"""The benchmarks run, and say what they measured beside what they are compared with."""

import re

from tests.bench import bot


async def test_the_bot_is_measured_beside_a_bare_callback_and_werobot(capsys):
    sizes = bot.Sizes(people=6, rounds=1, at_once=3)

    (outcome,) = await bot.measure(sizes, ["SQLite"])

    told = capsys.readouterr().out
    figures = dict(re.findall(r"^\| (\w+)[^|]*\| (\d+) \| \d+ ", told, re.MULTILINE))
    assert figures == {"durable": "24", "bare": "24", "WeRoBot": "24"}
    assert outcome.faults == 0
