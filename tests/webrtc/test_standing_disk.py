"""A disk that stands still, or a recorder that dies slowly: the room goes on, nothing is lost."""

import os
import signal
import time

import pytest

from tests.webrtc.caller import Caller
from tests.webrtc.house import KEY, House, Worker, until
from tests.webrtc.packets import ABOUT, speaking
from tests.webrtc.test_faults_pages import recorder_pid
from webrtc.journal import Journal

pytestmark = pytest.mark.media
JOURNAL = "m1/wang/0001.journal"
WAITS = "journal-waited-for"


@pytest.fixture
async def house(tmp_path):
    """A house whose worker says when its loop touches a file of the recordings."""
    worker = Worker(tmp_path, settings={"watched": True})
    await worker.start()
    opened = House(worker)
    try:
        await opened.open_web()
        yield opened
    finally:
        await opened.close()
        print(worker.log)


async def test_while_the_recorder_stands_still_the_room_hears_everything(
    house: House, call: tuple[Caller, Caller]
):
    li, wang = call
    for one in call:
        await one.say({"type": "consent", "text_version": "2026-1"})
    await li.say({"type": "record"})
    await until(lambda: len(house.gate.segments) == 2, 10, "segments")
    recorder = await recorder_pid(house)

    os.kill(recorder, signal.SIGSTOP)
    await li.say({"type": "stop"})
    await li.say({"type": "record"})
    heard = [one.received for one in call]
    await until(lambda: li.received > heard[0] + 150, 10, "three seconds of sound")
    await until(lambda: wang.received > heard[1] + 150, 10, "three seconds of sound")

    os.kill(recorder, signal.SIGCONT)
    await until(lambda: wang.last("roster")["recording"] == "on", 10, "recorded again")
    await li.say({"type": "stop"})
    await until(lambda: all(s.closed for s in house.gate.segments.values()), 30, "closed")
    assert {s.number for s in house.gate.segments.values()} == {1, 2}
    assert all(house.worker.verified(journal).stored.closed for journal in house.gate.segments)
    assert "disk-on-the-loop" not in house.worker.log


async def test_a_journal_that_a_dying_recorder_still_holds_is_told_when_it_lets_go(tmp_path):
    worker = Worker(tmp_path)
    journal = Journal(worker.recordings / JOURNAL, ABOUT, KEY)
    for record in speaking(1):
        journal.add(record)
    stored = journal.store()
    assert stored is not None
    await worker.start()
    house = House(worker)
    try:
        await house.open_web()
        await until(lambda: WAITS in worker.log, 15, "found, and let alone")
        assert not house.gate.segments

        journal.abandon()

        await until(lambda: JOURNAL in house.gate.segments, 15, "told")
        told = house.gate.segments[JOURNAL]
        assert (told.closed, told.sha256, told.ended) == (True, stored.sha256, "")
    finally:
        await house.close()


async def test_a_journal_that_waits_is_looked_at_every_two_seconds_whatever_else_happens(tmp_path):
    """Recorders that die are no reason to look at it ever more often, on the loop of the media."""
    worker = Worker(tmp_path)
    Journal(worker.recordings / JOURNAL, ABOUT, KEY)  # held until the end of the test
    await worker.start()
    house = House(worker)
    try:
        await house.open_web()
        for _ in range(4):
            recorder = await recorder_pid(house)
            os.kill(recorder, signal.SIGKILL)
            await until(lambda before=recorder: _is_another(house, before), 15, "another recorder")
        # one look may be due at once, and one for the last death
        began, looks = time.monotonic(), worker.log.count(WAITS)
        await until(lambda: worker.log.count(WAITS) >= looks + 4, 30, "four more looks")

        assert time.monotonic() - began > 3.5
    finally:
        await house.close()


async def _is_another(house: House, before: int) -> bool:
    return await recorder_pid(house) not in {0, before}
