"""When something was recorded is the centre's time, and how much is what is on disk."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes import FakeClock
from tests.webrtc.caller import Caller
from tests.webrtc.house import House, Worker, until
from tests.webrtc.packets import ABOUT
from tests.webrtc.test_consents import Meeting
from webrtc.journal import NANOSECONDS, Journal, Kind, Record, verify
from webrtc.shelf import Shelf

AHEAD = timedelta(days=400)


@pytest.fixture
async def house(tmp_path):
    """A house whose centre lives four hundred days ahead of the machine."""
    worker = Worker(tmp_path, settings={"days_ahead": AHEAD.days})
    await worker.start()
    opened = House(worker)
    try:
        await opened.open_web()
        yield opened
    finally:
        await opened.close()


@pytest.mark.media
async def test_a_recording_bears_the_time_of_the_centre(house: House, call: tuple[Caller, Caller]):
    li, wang = call
    for one in call:
        await one.say({"type": "consent", "text_version": "2026-1"})

    began = datetime.now(UTC) + AHEAD  # the machine, which the centre is ahead of
    await li.say({"type": "record"})
    await until(lambda: len(house.gate.segments) == 2, 10, "segments")
    await li.say({"type": "stop"})
    await until(lambda: all(s.closed for s in house.gate.segments.values()), 30, "closed")

    for segment in house.gate.segments.values():
        assert timedelta(0) <= segment.started - began < timedelta(seconds=5)
        path = house.worker.recordings / segment.journal
        ended = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        assert timedelta(0) < ended - segment.started < timedelta(seconds=15)
    assert wang.last("roster")["recording"] == "off"


def test_a_clock_that_is_set_meanwhile_neither_stretches_nor_shortens_a_recording():
    clock = FakeClock()
    meeting = Meeting(clock)
    meeting.join("li", consented=True)
    meeting.desk.start("li")

    meeting.talk(at=meeting.opened + 0.5)
    clock.forward(timedelta(hours=3))
    meeting.talk(at=meeting.opened + 0.6)

    first, second = meeting.tape.arrivals
    assert second - first == pytest.approx(0.1 * NANOSECONDS, abs=1000)


def test_the_gap_to_the_segment_before_is_reckoned_by_the_same_clock(tmp_path):
    shelf = Shelf(tmp_path)
    path, about = shelf.next_segment("m1", "wang", ABOUT.started)
    journal = Journal(path, about)
    journal.add(packet(about.started))
    journal.add(packet(about.started + NANOSECONDS // 2))
    journal.close(about.started + 2 * NANOSECONDS)

    _, after = shelf.next_segment("m1", "wang", ABOUT.started + 12 * NANOSECONDS)

    assert (after.number, after.gap_before) == (2, 10.0)


def test_time_in_which_the_line_was_broken_is_not_counted_as_recorded(tmp_path):
    path = tmp_path / "0001.journal"
    journal = Journal(path, ABOUT)
    for second in (0.0, 0.5, 1.0, 21.0, 21.5):
        journal.add(packet(ABOUT.started + int(second * NANOSECONDS)))

    stored = journal.store()
    journal.abandon()

    assert stored is not None
    assert stored.seconds == 1.5
    assert verify(path).stored.seconds == 1.5


def test_time_in_which_the_recorder_fell_behind_is_neither_recorded_nor_hidden(tmp_path):
    path = tmp_path / "0001.journal"
    journal = Journal(path, ABOUT)
    for second in (0.0, 0.5, 1.0):
        journal.add(packet(ABOUT.started + int(second * NANOSECONDS)))
    for second in (1.2, 1.4):
        at = ABOUT.started + int(second * NANOSECONDS)
        journal.add(Record(kind=Kind.DROPPED, arrival=at, data=b""))
    for second in (1.75, 2.0):
        journal.add(packet(ABOUT.started + int(second * NANOSECONDS)))

    stored = journal.store()
    journal.abandon()

    assert stored is not None
    assert (stored.seconds, stored.lost) == (1.25, 0.75)
    assert verify(path).stored == stored


def packet(arrival: int) -> Record:
    return Record(kind=Kind.AUDIO, arrival=arrival, data=b"x" * 20)
