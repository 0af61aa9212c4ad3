"""What the recorder asks of a camera: a whole picture at the start, and every ten seconds."""

import pytest

from tests.webrtc.packets import START
from tests.webrtc.test_consents import Tape
from webrtc.engine.stream import RelayStream
from webrtc.recording import Segment, Tap

WHOLE, PART = b"\x10\x00\x00", b"\x10\x01\x00"


def filmed(seconds: float, *, whole_at: float) -> list[float]:
    """When a camera was asked, whose first whole picture arrives at this second."""
    now, asked = 100.0, list[float]()
    stream = RelayStream("wang", "video", lambda _: asked.append(now - 100))
    layer = stream.layers[""]
    layer.ssrc = 7
    tap = Tap(Tape(), Segment(1, START, opened=now), stream, now)
    stream.feed(tap, now)
    for number in range(int(seconds * 20)):
        now = 100 + number / 20
        payload = WHOLE if number / 20 == whole_at else PART
        layer.take(number, 0x80, number * 4500, payload, now)
    return asked


def test_a_whole_picture_is_asked_for_at_the_start_and_every_ten_seconds():
    assert filmed(35, whole_at=0) == [0, 10, 20, 30]


def test_until_the_first_whole_picture_has_come_it_is_asked_for_again():
    assert filmed(5, whole_at=1.25) == pytest.approx([0, 0.4, 0.8, 1.2], abs=0.11)
