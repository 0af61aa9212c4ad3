"""A line that carries more than is known is found out in seconds, a thin one left in peace."""

import pytest

from tests.webrtc.rig import Rig, parts
from tests.webrtc.test_line_estimate import MESSAGE, OCTETS, Way
from webrtc.engine.feedback import Arrivals
from webrtc.engine.probing import LASTS, Probing
from webrtc.engine.relay import RelayEngine

STEP = 0.02  # seconds between two looks at what is due


class Probed(Way):
    """A line that is tried whenever that is allowed."""

    def __init__(self, **facts) -> None:
        super().__init__(**facts)
        self.probing = Probing(self.line)
        self.padded: list[float] = []  #: when, and each time a packet's worth
        self.longest = 0.0  #: seconds that anything waited in the line
        self._owed = 0.0

    def go_on(self, rate: float, seconds: float) -> None:
        """Send so many bits per second, and try the line meanwhile."""
        for _ in range(round(seconds / MESSAGE)):
            self.probing.begin(self.now)
            first, arrived = self._number, list[float | None]()
            for step in range(round(MESSAGE / STEP)):
                at = self.now + step * STEP
                arrived += self._due(at, rate)
                self.longest = max(self.longest, self._free - at)
            self.now += MESSAGE
            self.line.learn(self._told(first, arrived), self._sent, self.now)

    def _due(self, at: float, rate: float) -> list[float | None]:
        padding = self.probing.due(at)
        self._owed += rate * STEP / 8 + padding
        packets, self._owed = divmod(self._owed, OCTETS)
        if padding:
            self.padded.append(at)
        return [self._one(at + n * STEP / packets, 0.0) for n in range(int(packets))]


@pytest.fixture
def thin():
    """A line that was seen to carry 400 kbit/s."""
    way = Probed(carries=400e3)
    way.send(900e3, 2)
    assert way.line.estimate < 400e3
    way.send(100e3, 6)
    return way


def test_a_line_that_carries_more_again_is_found_out_within_seconds(thin):
    thin.carries = 5e6

    thin.go_on(200e3, 5)

    assert thin.line.estimate > 1.5e6


def test_a_line_that_stays_thin_is_tried_seldom_and_hardly_feels_it(thin):
    thin.go_on(200e3, 40)

    assert 300e3 < thin.line.estimate < 420e3
    assert len(thin.padded) * STEP < 6 * LASTS
    assert thin.longest < 0.25


def test_chance_losses_and_a_distant_line_do_not_spoil_what_is_found_out(thin):
    thin.carries, thin.loss = 5e6, 0.1

    thin.go_on(200e3, 8)

    assert thin.line.estimate > 1.5e6


def test_a_line_on_which_something_waits_is_not_tried(thin):
    thin.send(800e3, 0.4)

    thin.probing.begin(thin.now)

    assert thin.line.queueing > 0.025
    assert thin.probing.due(thin.now + STEP) == 0


@pytest.fixture
def rig():
    opened = Rig(RelayEngine)
    yield opened
    opened.close()


def test_padding_goes_on_the_repair_line_with_numbers_that_are_answered(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    gets_thin(wang, li)

    li.leg.explore(100.0)
    li.leg.tick(100.1)
    li.leg.tick(100.19)

    packets = [parts(p) for p in li.media()]
    stamps = [stamp for _, stamp, _ in packets]
    assert len(packets) > 1
    assert {header[4] for header, *_ in packets} == {101}
    assert stamps == list(range(SENT, SENT + len(packets)))
    assert {payload for *_, payload in packets} == {b""}


def test_a_line_that_is_wide_or_without_repair_is_not_tried(rig):
    wang = rig.publisher("audio")
    li = rig.subscriber(*wang.leg.streams)
    zhao = rig.subscriber(*wang.leg.streams, repair_type=98)
    gets_thin(wang, li)
    zhao.media()

    for other in (li, zhao):
        other.leg.explore(100.0)
        other.leg.tick(100.1)

    assert li.leg.estimate < 1e6
    assert li.media() == zhao.media() == []


SENT = 110  # packets


def gets_thin(wang, li):
    """Send so much that a line is full, and say that it has been empty again since."""
    for number in range(SENT):
        wang.send(number)
    for step in range(9):  # each a tenth of a second later than it was sent
        li.leg.obey(Arrivals(10 * step, tuple(STEP * n + 0.1 * step for n in range(10))), 50.0)
    li.leg.obey(Arrivals(SENT - 1, (0.0,)), 50.0)
    li.heard()
