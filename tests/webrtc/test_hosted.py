"""What people ask for in a hosted room, without any connection of theirs."""

import pytest

from domain.ids import MeetingId
from domain.ports.rooms import SeatRole
from tests.fakes import FakeClock
from tests.webrtc.gate import a_seat
from tests.webrtc.test_consents import Tape
from webrtc import wire
from webrtc.hosted import HostedRoom


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
