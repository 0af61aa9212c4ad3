"""A small run of ``make prove PART=media-kill``: one death of each process."""

import pytest

from tests.webrtc.killing import a_recorded_meeting, everything_plays, killed

pytestmark = pytest.mark.media


async def test_a_death_costs_nothing_acknowledged_and_every_film_plays(house):
    await a_recorded_meeting(house)

    outcomes = [await killed(house, victim, after=1.5) for victim in ("recorder", "worker")]

    assert [outcome.lost for outcome in outcomes] == [0, 0]
    assert max(outcome.tail for outcome in outcomes) < 4  # on a busy machine; the proof says 1
    await house.worker.end()
    films = await everything_plays(house, await (await house.a_browser()).new_page())
    assert films.films >= 4
    assert films.complaints == []
