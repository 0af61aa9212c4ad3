"""The centre commands live rooms from a process without pages; real peers feel it at once."""

import dataclasses
import signal
import time

import aiohttp
import pytest

from domain.errors import Unavailable
from domain.ids import MeetingId
from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import until
from webrtc.commands import RoomCommands

pytestmark = pytest.mark.media

M1 = MeetingId("m1")


async def test_who_is_removed_is_out_within_a_second(house, call):
    li, wang = call

    began = time.monotonic()
    await house.rooms.remove(M1, "wang")
    await until(lambda: wang.last("removed"), 5)

    assert time.monotonic() - began < 1
    await until(lambda: [p["participant"] for p in li.last("roster")["people"]] == ["li"], 1)
    assert li.last("removed") is None
    await until(lambda: ("left", "wang") in house.gate.told, 3)


async def test_a_closed_room_tells_everybody_and_a_second_command_changes_nothing(house, call):
    await house.rooms.close(M1)
    await house.rooms.close(M1)
    await house.rooms.remove(M1, "wang")

    await until(lambda: all(one.last("ended") for one in call), 3)


async def test_a_command_does_not_take_the_news_away_from_the_pages_process(house, call):
    li, wang = call
    for one in call:
        await one.say({"type": "consent", "text_version": "2026-1"})
    await house.rooms.remove(MeetingId("another"), "nobody")

    await li.say({"type": "record"})

    await until(lambda: len(house.gate.segments) == 2, 10, "segments are told to the web")
    assert wang.last("roster")["recording"] == "on"


async def test_without_a_worker_there_is_no_room_to_leave(tmp_path):
    rooms = RoomCommands([tmp_path / "media.sock"])

    await rooms.close(M1)
    await rooms.remove(M1, "wang")


async def test_a_worker_that_does_not_answer_leaves_it_open_whether_it_was_done(house):
    house.worker.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await house.rooms.close(M1)
    finally:
        house.worker.process.send_signal(signal.SIGCONT)


async def test_who_lost_their_place_while_the_worker_was_away_is_not_seated_again(house, call):
    li, wang = call
    await house.worker.end(signal.SIGKILL)
    seat = house.gate.seats["m1", "wang"]
    house.gate.seats["m1", "wang"] = dataclasses.replace(seat, session="another")

    await house.worker.start()

    await until(lambda: wang.last("removed"), 15)
    await until(lambda: [p["participant"] for p in li.last("roster")["people"]] == ["li"], 5)


async def test_who_loses_their_place_between_the_door_and_the_seat_is_sent_away(house, call):
    li, _ = call
    ticket = house.gate.issue(a_seat("zhao"))
    house.gate.lost_at_the_door.add("zhao")

    async with aiohttp.ClientSession() as session:
        late = Caller(session, house.address)
        await late.enter({"type": "enter", "ticket": ticket})

        await until(lambda: late.last("removed"), 5)
        await until(lambda: "zhao" not in str(li.last("roster")), 3)
        await late.close()
