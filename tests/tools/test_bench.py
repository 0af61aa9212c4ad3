"""The benchmarks run, and say what they measured beside what they are compared with."""

import re

from tests.bench import bot, media


async def test_the_bot_is_measured_beside_a_bare_callback_and_werobot(capsys):
    sizes = bot.Sizes(people=6, rounds=1, at_once=3)

    (outcome,) = await bot.measure(sizes, ["SQLite"])

    told = capsys.readouterr().out
    figures = dict(re.findall(r"^\| (\w+)[^|]*\| (\d+) \| \d+ ", told, re.MULTILINE))
    assert figures == {"durable": "24", "bare": "24", "WeRoBot": "24"}
    assert outcome.faults == 0


async def test_the_media_plane_is_measured_while_it_records():
    candidate = media.candidates(media.LOCAL, "", janus=False)[1]

    seen = await media.measure(candidate, rooms=1, seconds=1.0)

    candidate.seen.append(seen)
    sizes = media.Sizes(rooms=1, seconds=1.0, rounds=1, ramp=0)
    told = media.report([candidate], sizes, busy=0.0, first=False)
    assert "| ours, recording |" in told
    assert seen.forged == 0
    assert seen.forwarded > 50
    assert len(seen.micros) > 5
    assert seen.server > 0
    assert seen.recorder > 0
