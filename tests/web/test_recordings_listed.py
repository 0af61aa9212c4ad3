"""The desk's page of a recording: what is missing is said, and the signed list can be fetched."""

import json

import pytest

from domain.ports.rooms import Segment


@pytest.fixture
async def recorded(office):
    """A case with a meeting that is over, of which ten seconds of the party are kept."""
    case_id = await office.accepted()
    meeting_id = await office.meeting(case_id)
    meetings, mediator = office.desks.meetings, await office.staff("tiaojie")
    seat = await meetings.enter(await meetings.ticket(mediator, meeting_id))
    await meetings.recorded(
        Segment(
            meeting_id=meeting_id,
            participant=seat.participant,
            number=1,
            started=office.clock.now,
            seconds=10.0,
            journal="m1/li/0001.journal",
            playback="m1/li/0001.webm",
            sha256="ab" * 32,
            closed=True,
            lost=3.0,
            ended="stopped",
        )
    )
    await meetings.end(seat)
    await office.work()
    return case_id, meeting_id


async def test_the_page_leads_to_the_signed_list_and_says_what_was_not_recorded(visitor, recorded):
    case_id, meeting_id = recorded
    mediator = await visitor(staff="tiaojie")

    page = await (
        await mediator.get(f"/desk/cases/{case_id}/meetings/{meeting_id}/recordings")
    ).text()
    given = await mediator.get(f"/desk/meetings/{meeting_id}/manifest.json")

    assert "没有录上" in page
    assert f"/desk/meetings/{meeting_id}/manifest.json" in page
    assert "attachment" in given.headers["Content-Disposition"]
    told = json.loads(await given.read())["manifest"]
    assert [one["ended"] for one in told["segments"]] == ["stopped"]


async def test_the_list_is_for_who_may_play_the_recording(visitor, recorded):
    _, meeting_id = recorded

    party, clerk = await visitor(resident="o-wang"), await visitor(staff="fenpai")
    address = f"/api/v1/meetings/{meeting_id}/manifest.json"
    answers = [(await one.get(address)).status for one in (party, clerk)]

    assert answers == [401, 404]
