"""What people ask for in a hosted room, without any connection of theirs."""

import time

import pytest

from domain.ids import MeetingId
from domain.ports.rooms import SeatRole
from tests.fakes import FakeClock
from tests.webrtc.gate import a_seat
from tests.webrtc.house import until
from tests.webrtc.test_consents import Tape
from webrtc import seams, wire
from webrtc.hosted import HostedRoom
from webrtc.port import MediaPort


@pytest.fixture
def recorded():
    """A room in which 李 and 王 agreed, and 李 had recording begun."""
    room = HostedRoom(MeetingId("m1"), Tape(), FakeClock(), lambda _: None)
    for name, role in (("li", SeatRole.MEDIATOR), ("wang", SeatRole.PARTY)):
        room.seat(a_seat(name, role=role, consented=True), lambda _: None)
    room.ask("li", wire.Record())
    return room


@pytest.mark.parametrize(
    ("who", "deed"), [("wang", wire.Withdraw(text_version="1")), ("li", wire.Stop())]
)
async def test_a_recording_stops_at_once_though_the_same_persons_connections_are_being_made(
    recorded, who, deed
):
    assert recorded.is_recorded
    async with recorded.people[who].turn:  # as long as a `publish` of theirs is being answered
        recorded.ask(who, deed)

        assert not recorded.is_recorded


@pytest.fixture
async def publishing():
    """A room in which 王 was answered a publication, and what was heard; no check ever comes."""
    port = MediaPort("127.0.0.1")
    port.open()
    heard: list[wire.News] = []
    room = HostedRoom(MeetingId("m1"), Tape(), FakeClock(), lambda _: None)
    with seams.installed(port):
        browser = seams.new_connection()
        browser.addTransceiver("audio", "sendonly")
        await browser.setLocalDescription()
        room.seat(a_seat("wang"), heard.append)
        room.ask("wang", wire.Publish(sdp=browser.localDescription.sdp))
        await until(lambda: any(isinstance(one, wire.Published) for one in heard), 10)
        yield room, heard
        await room.end()
        await browser.close()
    port.close()


async def test_who_sends_no_signed_check_for_thirty_seconds_publishes_nothing_and_starts_over(
    publishing,
):
    room, heard = publishing
    now = time.monotonic()

    room.sweep(now + 25)
    assert wire.StartOver() not in heard
    assert room.people["wang"].streams

    room.sweep(now + 40)

    assert heard[-1] == wire.StartOver()
    await until(lambda: not room.people["wang"].streams, 5)
    assert not room.people["wang"].has_media
    room.sweep(now + 80)  # a page whose media was dropped is not told again and again
    assert heard.count(wire.StartOver()) == 1
