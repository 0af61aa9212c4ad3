"""The desk's page of a recording: what is missing is said, and the signed list can be fetched."""

import json
from dataclasses import replace

import pytest

from domain.ids import MeetingId
from domain.ports.rooms import Ended, Order, Segment, Source
from services.film_words import ANOTHER_FILE
from tests.web.centre import a_recorded_meeting


@pytest.fixture
async def recorded(office):
    return await a_recorded_meeting(office)


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


async def test_the_list_of_a_talk_apart_lies_beside_and_is_another_file(visitor, office):
    case_id = await office.accepted()
    meeting_id = await office.meeting(case_id)
    meetings, mediator = office.desks.meetings, await office.staff("tiaojie")
    li = await meetings.enter(await meetings.ticket(mediator, meeting_id))
    wang = await meetings.enter(await meetings.ticket(await office.resident("o-wang"), meeting_id))
    await meetings.order(li, Order.ADMIT, wang.participant)
    aside = (await meetings.take_aside(li, [wang.participant])).aside
    await meetings.recorded(
        Segment(
            meeting_id=MeetingId(aside),
            participant=wang.participant,
            number=1,
            started=office.clock.now,
            seconds=5.0,
            journal=f"{aside}/wang/0001.journal",
            playback=f"{aside}/wang/0001.webm",
            sha256="cd" * 32,
            closed=True,
        )
    )
    await meetings.end(li)
    await office.work()
    visit = await visitor(staff="tiaojie")

    page = await (await visit.get(f"/desk/cases/{case_id}/meetings/{meeting_id}/recordings")).text()
    address = f"/desk/meetings/{meeting_id}/manifest.json?aside={aside}"
    told = json.loads(await (await visit.get(address)).read())["manifest"]

    assert page.count("下载清单") == 1
    assert "单独谈话的录音录像另有一份清单" in page
    assert address in page
    assert [one["participant"] for one in told["segments"]] == [wang.participant]


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (Ended.SIZE, "画面的大小变了，另起一段接着录"),
        (Ended.AWAY, "离开过调解室"),
        ("", "录制中断过"),
    ],
)
async def test_why_somebody_has_two_files_is_said_beside_the_second(
    visitor, office, recorded, ended, said
):
    case_id, meeting_id = recorded
    async with office.store.begin() as work:
        (first,) = await work.meetings.segments(meeting_id)
        await work.meetings.keep_segment(replace(first, ended=ended))
        await work.meetings.keep_segment(replace(first, number=2, journal="m1/li/0002.journal"))
    mediator = await visitor(staff="tiaojie")

    page = await (
        await mediator.get(f"/desk/cases/{case_id}/meetings/{meeting_id}/recordings")
    ).text()

    assert "一共 2 段" in page
    assert page.count("为什么另有一段") == page.count(said) == 1


def test_every_reason_has_words():
    assert ANOTHER_FILE.keys() == {*Ended, ""}


async def test_what_somebody_showed_stands_under_a_name_of_its_own(visitor, office, recorded):
    case_id, meeting_id = recorded
    (camera,) = await office.desks.meetings.segments(await office.staff("tiaojie"), meeting_id)
    await office.desks.meetings.recorded(
        Segment(
            meeting_id=meeting_id,
            participant=camera.participant,
            number=2,
            started=office.clock.now,
            seconds=5.0,
            journal="m1/li/0002-screen.journal",
            playback="m1/li/0002-screen.webm",
            sha256="cd" * 32,
            closed=True,
            source=Source.SCREEN,
        )
    )
    mediator = await visitor(staff="tiaojie")

    page = await (
        await mediator.get(f"/desk/cases/{case_id}/meetings/{meeting_id}/recordings")
    ).text()

    assert page.count(f"<h2>{camera.name}</h2>") == 1
    assert f"<h2>{camera.name} · 共享的屏幕</h2>" in page
    assert f"/desk/meetings/{meeting_id}/recordings/{camera.participant}/2.webm" in page


@pytest.mark.parametrize(
    ("number", "film", "kind"), [(8, "0008.webm", "video/webm"), (9, "0009.mkv", "video/matroska")]
)
async def test_a_film_says_what_it_is(visitor, office, recorded, number, film, kind):
    _, meeting_id = recorded
    (camera,) = await office.desks.meetings.segments(await office.staff("tiaojie"), meeting_id)
    await office.desks.meetings.recorded(
        Segment(
            meeting_id=meeting_id,
            participant=camera.participant,
            number=number,
            started=office.clock.now,
            seconds=5.0,
            journal=f"m1/li/000{number}.journal",
            playback=f"m1/li/{film}",
            sha256="ef" * 32,
            closed=True,
        )
    )
    await office.desks.objects.put(f"recordings/m1/li/{film}", b"seen and heard")
    mediator = await visitor(staff="tiaojie")

    played = await mediator.get(
        f"/desk/meetings/{meeting_id}/recordings/{camera.participant}/{number}.webm"
    )

    assert (played.status, played.content_type) == (200, kind)
