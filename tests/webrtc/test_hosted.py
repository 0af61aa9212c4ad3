"""What people ask for in a hosted room, without any connection of theirs."""

import time
from dataclasses import replace

import pytest

from domain.companions import Joining
from domain.ids import MeetingId
from domain.ports.rooms import Beside, SeatRole
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


async def test_who_is_about_to_be_noted_as_not_agreeing_is_waited_for_at_once(recorded):
    new = Beside(id="", name="王奶奶", how=Joining.BESIDE, agreed=False)

    recorded.doubt("wang", new)
    assert state_of(recorded) == ("waiting", "consent")

    recorded.accompany("wang", (replace(new, id="c1", agreed=True),))
    assert state_of(recorded)[0] == "starting"


async def test_a_companion_who_agrees_no_more_withdrew(recorded):
    recorded.accompany("wang", (Beside(id="c1", name="王奶奶", how=Joining.PHONE, agreed=True),))
    assert state_of(recorded)[0] == "starting"

    recorded.doubt_again("c1")

    assert state_of(recorded) == ("off", "withdrawn")
    assert [one.agreed for one in recorded.people["wang"].seat.company] == [False]


def state_of(room: HostedRoom) -> tuple[str, str]:
    desk = room._tables.main.desk
    return desk.state, desk.reason


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
