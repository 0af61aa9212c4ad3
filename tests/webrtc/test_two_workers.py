"""A media worker dies or hangs: its rooms go on in another one, and the browsers find it."""

import asyncio
import dataclasses
import math
import signal
import time

import aiohttp
import pytest

from domain.ids import MeetingId
from domain.ports.rooms import Place, SeatRole
from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import House, Worker, go_in, hears_and_sees, until
from tests.webrtc.pictures import back, frames
from webrtc import control
from webrtc.control import MAX_LINE, Line

pytestmark = pytest.mark.media


@pytest.fixture
async def house(tmp_path):
    """A house with two workers."""
    workers = Worker(tmp_path, name="media-0"), Worker(tmp_path, name="media-1")
    for worker in workers:
        await worker.start()
    opened = House(*workers)
    try:
        await opened.open_web()
        yield opened
    finally:
        await opened.close()
        print(*opened.complaints, *(worker.log for worker in workers), sep="\n")


async def test_the_rooms_of_a_dead_worker_go_on_in_another_within_ten_seconds(house):
    pages = li, wang = [
        await house.a_page("li", colour="#c00000", pitch=400, role=SeatRole.MEDIATOR),
        await house.a_page("wang", colour="#00a000", pitch=700),
    ]
    for page in pages:
        await go_in(page, agree=True)
    await asyncio.gather(*(hears_and_sees(page, others=1) for page in pages))
    await li.click("#record")
    await until(lambda: seconds(house, 1) > 1, 20, "recorded")
    dead, alive = house.having()
    old = [dict.fromkeys(await frames(page), math.inf) for page in pages]

    killed = time.monotonic()
    await dead.end(signal.SIGKILL)
    await until(lambda: wang.is_hidden("#light"), 2, "dark while nothing is recorded")
    await back(pages, old)  # in tracks of another connection

    assert time.monotonic() - killed < 10
    assert house.gate.places["m1"] == Place(worker=alive.name, epoch=2)
    await until(lambda: seconds(house, 2) > 1, 10, "a second segment")
    assert all(one.gap_before > 0 for one in house.gate.segments.values() if one.number == 2)
    await until(lambda: wang.is_visible("#light"), 5, "the light again")
    assert not any(note[0] == "left" for note in house.gate.told)

    await dead.start()

    await until(lambda: closed(house, 1), 20, "what the dead one wrote is in the books")
    house.plane.count()
    await until(lambda: len(house.plane.figures) == 2, 5)
    assert [house.plane.figures[one.socket]["rooms"] for one in (dead, alive)] == [0, 1]
    assert house.gate.places["m1"].epoch == 2


async def test_a_worker_that_hangs_is_noticed_and_ended_and_its_rooms_go_on(house, loopback):
    async with aiohttp.ClientSession() as session:
        li = Caller(session, house.address)
        await li.enter({"type": "enter", "ticket": house.gate.issue(a_seat("li"))})
        await until(lambda: li.last("published"), 10)
        hung, alive = house.having()

        hung.process.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        await until(lambda: not house.plane.is_up, 2.5, "noticed")
        li.news.clear()
        await until(lambda: li.last("welcome"), 10, "seated again")

        assert time.monotonic() - stopped < 10
        assert li.last("interrupted")
        assert li.last("welcome")["fresh"]
        assert house.gate.places["m1"] == Place(worker=alive.name, epoch=2)
        await asyncio.wait_for(hung.process.wait(), 5)
        await li.close()


async def test_who_comes_after_a_restart_of_web_finds_the_room_where_it_was_moved(house, loopback):
    house.gate.places["m1"] = Place(worker="media-1", epoch=7)
    async with aiohttp.ClientSession() as session:
        li = Caller(session, house.address)
        seat = dataclasses.replace(a_seat("li"), place=house.gate.places["m1"])
        await li.enter({"type": "enter", "ticket": house.gate.issue(seat)})
        await until(lambda: li.last("published"), 10)

        house.plane.count()
        await until(lambda: len(house.plane.figures) == 2, 5)

        assert house.plane.figures[house.other.socket]["rooms"] == 1
        assert house.gate.places["m1"].epoch == 7
        await li.close()


@pytest.mark.parametrize(("epoch", "left"), [(3, 0), (2, 1), (1, 1)])
async def test_a_worker_drops_a_room_that_is_elsewhere_under_a_later_epoch(house, epoch, left):
    reader, writer = await asyncio.open_unix_connection(house.worker.socket, limit=MAX_LINE)
    line = Line(reader, writer)
    seat = a_seat("li")
    line.write(
        control.Seated(
            meeting=MeetingId("m9"),
            participant=seat.participant,
            name=seat.name,
            role=seat.role,
            consented=False,
            epoch=2,
        )
    )

    line.write(control.Moved(meeting="m9", epoch=epoch))
    line.write(control.Count())

    while not isinstance(told := control.from_worker(await line.read()), control.Counted):
        pass
    assert told.figures["rooms"] == left
    await line.close()


def seconds(house, number: int) -> float:
    """How much of everybody's segment with this number is on disk."""
    found = [one.seconds for one in house.gate.segments.values() if one.number == number]
    return min(found) if len(found) == 2 else 0.0


def closed(house, number: int) -> bool:
    return all(one.closed for one in house.gate.segments.values() if one.number == number)
