"""How long the way to a subscriber and back is, and what is not sent twice because of that."""

import struct

import pytest

from tests.webrtc.rig import Rig, later
from webrtc.engine import feedback
from webrtc.engine.feedback import Lost, Reception
from webrtc.engine.interface import SenderReport
from webrtc.engine.relay import RelayEngine

MARK = SenderReport(7, 0x1234_5678_9ABC_DEF0, 90)
MIDDLE = 0x5678_9ABC


@pytest.fixture
def rig():
    opened = Rig(RelayEngine)
    yield opened
    opened.close()


@pytest.fixture
def li(rig):
    """A subscriber of a sound whose publisher has just said what time it is."""
    wang = rig.publisher("audio")
    browser = rig.subscriber(*wang.leg.streams)
    wang.tell(feedback.sender_report(7, MARK, packets=1, octets=1))
    wang.send(5, b"sound")
    browser.heard()
    return browser


def report(middle: int, since: float) -> Reception:
    """What a browser says of the sound, so many seconds after that mark came to it."""
    return Reception(100, 0, 0, 5, 0, middle, int(since * 65536))


def test_the_round_trip_is_learned_from_receiver_reports(li):
    li.leg.obey(report(MIDDLE, 1.0), later(1.2))
    assert li.leg.round_trip == pytest.approx(0.2, abs=0.1)

    for _ in range(50):
        li.leg.obey(report(MIDDLE, 1.0), later(1.5))
    assert li.leg.round_trip == pytest.approx(0.5, abs=0.1)


def test_a_report_on_no_mark_of_ours_or_an_incredible_one_tells_nothing(li):
    li.leg.obey(report(0, 0), later(0.2))
    li.leg.obey(report(MIDDLE + 1, 0), later(0.2))
    li.leg.obey(report(MIDDLE, 0), later(60))

    assert li.leg.round_trip == 0


def test_nothing_is_sent_again_twice_within_a_round_trip(li):
    li.leg.obey(report(MIDDLE, 1.0), later(2.0))

    for tenth in range(20, 29):
        li.leg.obey(Lost(100, (5,)), later(tenth / 10))
    assert len(li.sealed()) == 1

    li.leg.obey(Lost(100, (5,)), later(3.5))
    assert len(li.sealed()) == 1


def test_receiver_reports_are_read_as_they_come(rig, li):
    lines = [report(MIDDLE, 0.5), report(0, 0)]

    assert list(feedback.read(feedback.receiver_report(lines))) == lines
    li.tell(struct.pack("!BBHI", 0x9F, 201, 1, 9))  # says 31 blocks and has none
    assert rig.engine.drops == {}
