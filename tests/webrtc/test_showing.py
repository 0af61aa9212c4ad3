"""What is shown when a line gets thin and good again: worse at once, better after a while."""

from typing import Any

import pytest

from webrtc.allocation import NONE
from webrtc.showing import Showing

THREE = (120e3, 350e3, 1200e3)


class Camera:
    """A picture that comes in three layers."""

    kind = "video"
    source = "camera"

    def __init__(self, participant: str, rates=THREE) -> None:
        self.participant = participant
        self.rates = rates


class Screen(Camera):
    """What somebody shows."""

    source = "screen"


class Voice:
    kind = "audio"
    participant = "wang"
    rates = (0.0,)


class Way:
    """A line of a certain rate that keeps what it was told to show."""

    def __init__(self) -> None:
        self.estimate = 5e6
        self.told: list[int] = []
        self.explored: list[float] = []

    def explore(self, now):
        self.explored.append(now)

    def show(self, stream, level):  # noqa: ARG002 (the face of a way down)
        self.told.append(level)


@pytest.fixture
def way():
    return Way()


def reviewed(showing, way, streams: Any, *estimates: float) -> list[int]:
    """What is shown second by second on a line that changes."""
    for second, estimate in enumerate(estimates):
        way.estimate = estimate
        showing.review(way, streams, 100.0 + second)
    return way.told


def test_a_line_is_explored_as_long_as_it_could_show_more(way):
    reviewed(Showing(), way, [Voice(), Camera("wang")], 5e6, 5e5, 5e5, 5e6, 1.3e6, 1.5e6)

    assert way.explored == [101.0, 102.0, 104.0]  # the last but one leaves nothing to spare


def test_a_line_that_gets_thin_costs_the_picture_first_and_says_so(way):
    showing = Showing()

    told = reviewed(showing, way, [Voice(), Camera("wang")], 5e6, 5e5, 1e5)

    assert told == [2, 1, NONE]
    assert showing.paused == ("wang",)


def test_the_picture_comes_back_when_the_line_is_good_for_a_while(way):
    showing = Showing()

    told = reviewed(showing, way, [Voice(), Camera("wang")], 1e5, 1e6, 1e6, 1e6, 1e6, 5e6)

    assert told == [NONE, 1, 2]
    assert showing.paused == ()


def test_a_rate_that_wavers_does_not_make_the_picture_flap(way):
    told = reviewed(Showing(), way, [Camera("wang")], *[3.4e5, 3.6e5] * 10)

    assert told == [0]


def test_somebody_who_leaves_is_not_missed(way):
    showing = Showing()
    cameras: Any = [Camera("wang"), Camera("zhao")]

    reviewed(showing, way, cameras, 1e4)
    before = showing.paused
    showing.review(way, cameras[1:], 200.0)

    assert (before, showing.paused) == (("wang", "zhao"), ("zhao",))


def test_a_camera_that_has_only_begun_is_shown_as_it_comes(way):
    assert reviewed(Showing(), way, [Camera("wang", rates=(0.0, 0.0, 0.0))], 1e4) == []


def test_on_a_thin_line_who_speaks_is_seen_before_the_others():
    way, showing = Way(), Showing()
    cameras: Any = [Camera("wang"), Camera("zhao")]
    showing.first = "zhao"

    reviewed(showing, way, cameras, 1.5e5)

    assert showing.paused == ("wang",)


def test_on_a_thin_line_what_is_shown_comes_before_whoever_speaks():
    way: Any = Way()
    showing = Showing()
    shown: Any = [Camera("wang"), Camera("zhao"), Screen("wang", rates=(4e5,))]
    showing.first = "zhao"

    reviewed(showing, way, shown, 6e5)

    assert showing.paused == ("wang",)
    assert not showing.misses_screen

    way.estimate = 1e5
    showing.review(way, shown, 110.0)

    assert showing.misses_screen
