"""What real pages see when a process dies or a line breaks, and what is left on disk."""

import asyncio
import os
import signal

import pytest

from domain.ids import MeetingId
from domain.ports.rooms import SeatRole
from tests.webrtc.house import FIGURES, go_in, hears_and_sees, until

pytestmark = pytest.mark.media


@pytest.fixture
async def room(house):
    """A mediator and a party who see each other and have agreed to be recorded."""
    li = await house.a_page("li", colour="#c00000", pitch=400, role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000", pitch=700)
    for page in (li, wang):
        await go_in(page, agree=True)
    await asyncio.gather(hears_and_sees(li, others=1), hears_and_sees(wang, others=1))
    return li, wang


async def test_a_killed_recorder_loses_nothing_that_was_acknowledged(house, room):
    li, wang = room
    await record(house, li, seconds=3)
    acknowledged = dict(house.gate.segments)

    os.kill(await recorder_pid(house), signal.SIGKILL)

    await until(lambda: _numbers(house) == {1, 2}, 15, "a second segment")
    await until(lambda: all(_first(house, s).closed for s in acknowledged), 30, "the first closed")
    await until(lambda: wang.is_visible("#light"), 5, "the light again")
    for journal, before in acknowledged.items():
        found = house.worker.verified(journal)
        assert found.broken_at is None
        assert found.torn == 0
        assert found.stored.seconds >= before.seconds
        film = await asyncio.to_thread(house.worker.watched, before.playback)
        assert film.seconds >= before.seconds - 0.5
    assert any(s.gap_before > 0 for s in house.gate.segments.values())


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM])
async def test_a_dead_worker_comes_back_and_so_do_pictures_and_recording(house, room, death):
    li, wang = room
    await record(house, li, seconds=2)
    await until(lambda: wang.is_visible("#light"), 5, "the light")
    acknowledged = dict(house.gate.segments)

    await house.worker.end(death)
    await until(lambda: wang.is_hidden("#light"), 3, "dark while nothing is recorded")
    assert "正在自动恢复" in await wang.inner_text("#state")
    await house.worker.start()

    await until(lambda: _numbers(house) == {1, 2}, 30, "a second segment")
    await until(lambda: wang.is_visible("#light"), 5, "the light again")
    await until(lambda: li.is_visible("#stop"), 5, "the mediator may stop it")
    await asyncio.gather(hears_and_sees(li, others=1), hears_and_sees(wang, others=1))
    await until(lambda: all(_first(house, s).closed for s in acknowledged), 30, "the first closed")
    for journal, before in acknowledged.items():
        found = house.worker.verified(journal)
        assert found.broken_at is None
        assert found.stored.seconds >= before.seconds


async def test_after_a_dead_worker_nothing_is_recorded_if_one_agrees_no_more(house, room):
    li, wang = room
    await record(house, li, seconds=1)
    await house.worker.end(signal.SIGKILL)

    await wang.click("#withdraw")
    await until(lambda: ("withdraw", "wang", "2026-1") in house.gate.told, 5)
    await house.worker.start()

    await until(lambda: _says(li, "还差：wang先生"), 20, "waiting for consent")
    await asyncio.gather(hears_and_sees(li, others=1), hears_and_sees(wang, others=1))
    assert _numbers(house) == {1}
    assert await li.is_hidden("#light")


async def test_a_worker_that_is_told_to_end_does_so_within_five_seconds_with_whole_files(
    house, room
):
    li, _ = room
    await record(house, li, seconds=2)

    took = await house.worker.end(signal.SIGTERM)

    assert took < 5
    assert house.worker.process.returncode == 0
    for segment in house.gate.segments.values():
        found = house.worker.verified(segment.journal)
        assert found.stored.closed
        film = await asyncio.to_thread(house.worker.watched, segment.playback)
        assert film.frames > 10


async def test_a_web_process_may_die_without_the_picture_stopping(house, room):
    li, wang = room
    frames = await _frames(wang)

    await house.close_web()
    await until(lambda: _more_frames(wang, frames + 20), 5, "the picture goes on without web")
    await house.open_web()

    await until(lambda: li.evaluate("document.querySelector('#state').textContent === ''"), 15)
    await asyncio.gather(hears_and_sees(li, others=1), hears_and_sees(wang, others=1))
    assert [note for note in house.gate.told if note[0] == "left"] == []


async def test_a_person_who_is_removed_is_neither_seen_nor_shown_anything(house, room):
    li, wang = room

    await house.rooms.remove(MeetingId("m1"), "wang")

    await wang.wait_for_selector("#after:not([hidden])")
    assert "请出" in await wang.inner_text("#farewell")
    await until(lambda: li.is_visible("#alone"), 3, "the mediator is alone")
    assert await li.locator("#tiles .tile:not(.own)").count() == 0
    assert ("left", "wang") in house.gate.told


async def test_a_page_that_publishes_again_is_seen_again(house, room):
    li, wang = room

    await wang.evaluate("window.connections.forEach((connection) => connection.close())")
    await wang.evaluate("dispatchEvent(new Event('online'))")

    await asyncio.gather(hears_and_sees(li, others=1), hears_and_sees(wang, others=1))


async def test_the_mediator_ends_the_meeting_for_everybody(house, room):
    li, wang = room

    li.on("dialog", lambda dialog: dialog.accept())
    await li.click("#end")

    for page in (li, wang):
        await page.wait_for_selector("#after:not([hidden])")
        assert "结束" in await page.inner_text("#farewell")
    assert ("end", "li") in house.gate.told


async def record(house, page, *, seconds: float) -> None:
    """Record until so much of both people is on disk."""
    await page.click("#record")
    await until(
        lambda: (
            len(house.gate.segments) == 2
            and min(s.seconds for s in house.gate.segments.values()) >= seconds
        ),
        20,
        f"{seconds} s recorded",
    )


async def recorder_pid(house):
    house.plane.count()
    await until(lambda: house.plane.figures, 3)
    return house.plane.figures[house.worker.socket]["recorder_pid"]


async def _says(page, words: str) -> bool:
    return words in await page.inner_text("#state")


def _numbers(house) -> set[int]:
    return {s.number for s in house.gate.segments.values() if s.seconds > 0}


def _first(house, journal: str):
    return house.gate.segments[journal]


async def _frames(page):
    figures = await page.evaluate(FIGURES)
    return sum(line["frames"] for line in figures["seen"])


async def _more_frames(page, than: int):
    return await _frames(page) > than
