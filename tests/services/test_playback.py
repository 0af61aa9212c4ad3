"""Whoever plays a recording is in the history for the auditor, before the first picture."""

from datetime import timedelta

import pytest

from domain.errors import NotFound
from tests.factories import CLERK, LI
from tests.services.house import House, a_report_filed, accepted, meeting_fixed
from tests.services.test_manifests import a_segment
from tests.services.test_numbers_shown import AUDITOR


@pytest.fixture
async def recorded(house: House):
    """A case and two segments of the party."""
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    seat = await house.meetings.enter(await house.meetings.ticket(quarrel.wang, meeting_id))
    for number in (1, 2):
        await house.meetings.recorded(a_segment(seat, number=number))
    return quarrel, seat


async def played(house: House, case_id) -> list[tuple[str, str]]:
    async with house.store.read() as work:
        history = await work.cases.history(case_id)
    return [(e.by, e.detail["number"]) for e in history if e.kind == "meeting.recording-played"]


async def test_each_playing_is_noted_once_though_a_player_asks_for_many_parts(house, recorded):
    quarrel, seat = recorded
    film = house.playback.film

    for _ in range(3):
        await film(LI, seat.meeting_id, seat.participant, 1)
    await film(LI, seat.meeting_id, seat.participant, 2)
    await film(quarrel.wang, seat.meeting_id, seat.participant, 1)
    house.clock.forward(timedelta(minutes=11))
    key = await film(LI, seat.meeting_id, seat.participant, 1)

    assert key == f"recordings/{seat.meeting_id}/{seat.participant}/0001.webm"
    assert await played(house, quarrel.case_id) == [
        (LI.ref, "1"),
        (LI.ref, "2"),
        (quarrel.wang.ref, "1"),
        (LI.ref, "1"),
    ]


async def test_who_may_not_play_it_gets_nothing_and_has_played_nothing(house, recorded):
    quarrel, seat = recorded
    refused = [(CLERK, 1), (AUDITOR, 1), (LI, 3)]

    for actor, number in refused:
        with pytest.raises(NotFound):
            await house.playback.film(actor, seat.meeting_id, seat.participant, number)

    assert await played(house, quarrel.case_id) == []


async def test_only_the_auditor_sees_who_played_it(house, recorded):
    quarrel, seat = recorded
    await house.playback.film(LI, seat.meeting_id, seat.participant, 1)

    actors = (LI, quarrel.wang, AUDITOR)
    views = [await house.cases.view(actor, quarrel.case_id) for actor in actors]

    told = ["播放录音录像" in [line.words for line in view.history] for view in views]
    assert told == [False, False, True]
