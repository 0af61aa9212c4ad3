"""A whole picture is a burst: what a line cannot take at once waits, and sound goes before it."""

import struct

import pytest

from tests.webrtc.rig import Rig, a_picture, later, parts
from webrtc.engine import feedback
from webrtc.engine.relay import RelayEngine

PACKETS, OCTETS = 200, 1100  #: of the picture: more than twice what goes at once


@pytest.fixture
def rig():
    opened = Rig(RelayEngine)
    yield opened
    opened.close()


@pytest.fixture
def wang(rig):
    return rig.publisher("audio", "video")


def sends_a_picture(wang, other) -> list[int]:
    """Send one at once, and give what of it the other has by then."""
    got: list[int] = []
    for number in range(PACKETS):
        wang.send(number, bytes(OCTETS), ssrc=17)
        got.extend(numbers(other))
    return got


def numbers(browser, ssrc: int = 110) -> list[int]:
    """The sequence numbers that a browser has just got of one stream."""
    return [parts(p)[0][2] for p in browser.media() if parts(p)[0][4] == ssrc]


def test_a_picture_goes_out_in_several_moments_in_order(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    began = later(0)
    li.leg.tick(began)

    at_once = sends_a_picture(wang, li)
    rest = []
    for moment in range(1, 9):
        li.leg.tick(began + moment / 50)
        rest.append(numbers(li))

    assert 60 < len(at_once) < 110
    assert 20 < len(rest[0]) < 40
    assert at_once + [number for some in rest for number in some] == list(range(PACKETS))


def test_a_packet_that_follows_a_waiting_picture_waits_too(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends_a_picture(wang, li)

    wang.send(PACKETS, b"x", ssrc=17)
    assert numbers(li) == []

    for moment in range(1, 9):
        li.leg.tick(later(moment / 10))
    assert numbers(li)[-1] == PACKETS


def test_sound_does_not_wait(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends_a_picture(wang, li)

    wang.send(1, b"sound", ssrc=7)

    assert numbers(li, 100) == [1]


def test_what_was_asked_for_goes_before_what_waits(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends_a_picture(wang, li)

    li.tell(feedback.missing_request(110, [3]))
    li.leg.tick(later(0.02))

    first, *others = li.media()
    assert parts(first)[0][4] == 111
    assert parts(first)[2][:2] == struct.pack("!H", 3)
    assert {parts(p)[0][4] for p in others} == {110}


def test_nothing_that_waits_goes_out_once_a_stream_is_taken_away(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends_a_picture(wang, li)

    li.leg.drop(wang.leg.streams[1])
    for moment in range(1, 9):
        li.leg.tick(later(moment / 10))

    assert li.media() == []


def test_a_picture_that_is_not_shown_any_more_neither_waits_nor_is_sent_again(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends_a_picture(wang, li)

    li.leg.show(wang.leg.streams[1], -1)
    li.tell(feedback.missing_request(110, [3]))
    for moment in range(1, 9):
        li.leg.tick(later(moment / 10))

    assert li.media() == []


def test_layers_that_wait_are_numbered_as_they_go_on_outside(rig):
    wang = rig.layered()
    for rid, ssrc in (("l", 1000), ("m", 2000), ("h", 3000)):
        wang.send(ssrc, a_picture(1), ssrc=ssrc, mid="0", rid=rid)
    li = rig.subscriber(*wang.leg.streams)
    wang.send(3001, a_picture(7, whole=True), ssrc=3000)
    li.leg.show(wang.leg.streams[0], 0)
    wang.send(1001, a_picture(50, whole=True), ssrc=1000)
    for number in range(PACKETS):
        wang.send(1002 + number, a_picture(51, last=bytes(OCTETS)), ssrc=1000)
        li.media()

    li.leg.tick(later(0.05))

    ((_, _, sequence, *_), _, payload) = parts(li.media()[-1])
    assert sequence > 3002
    assert payload[2:4] == struct.pack("!H", 0x8000 | 9)
