"""How much a line carries is learned from what arrives: queues count, chance losses do not."""

import random

import pytest

from webrtc.engine.congestion import Line
from webrtc.engine.feedback import Arrivals

OCTETS = 1200
MESSAGE = 0.1  # seconds between two messages of feedback


class Way:
    """A line of a certain rate with a queue, seen through its subscriber's feedback."""

    def __init__(self, *, carries: float = 1e9, loses: float = 0.0) -> None:
        self.carries, self.loses = carries, loses
        self.line = Line()
        self.now = 100.0
        self._chance = random.Random(3)
        self._free = 0.0
        self._number = 0
        self._sent = [(-1, 0.0, 0)] * 4096

    def send(self, rate: float, seconds: float, *, reads_every: float = 0.0) -> None:
        """Send so many bits per second for a while, and learn after every tenth of a second."""
        for _ in range(round(seconds / MESSAGE)):
            packets = max(1, round(rate * MESSAGE / 8 / OCTETS))
            first, arrived = self._number, []
            for step in range(packets):
                at = self.now + step * MESSAGE / packets
                arrived.append(self._one(at, reads_every))
            self.now += MESSAGE
            self.line.learn(self._told(first, arrived), self._sent, self.now)

    def _told(self, first: int, arrived: list[float | None]) -> Arrivals:
        return Arrivals(first & 0xFFFF, tuple(arrived))

    def _one(self, at: float, reads_every: float) -> float | None:
        self._sent[self._number % 4096] = (self._number & 0xFFFF, at, OCTETS)
        self._number += 1
        if self._chance.random() < self.loses:
            return None
        self._free = max(self._free, at) + OCTETS * 8 / self.carries
        arrived = self._free + 0.02
        return arrived + (-arrived % reads_every if reads_every else 0.0)


def test_a_line_that_is_too_thin_is_noticed_within_two_seconds():
    way = Way(carries=400e3)

    way.send(900e3, 2)

    assert 200e3 < way.line.estimate < 400e3


def test_losses_by_chance_alone_do_not_make_a_line_thin():
    way = Way(loses=0.1)

    way.send(900e3, 10)

    assert way.line.loss == pytest.approx(0.1, abs=0.08)
    assert way.line.estimate == 5e6


def test_a_busy_browser_that_reads_late_does_not_make_a_line_thin():
    way = Way(carries=3e6)

    way.send(900e3, 10, reads_every=0.3)

    assert way.line.estimate == 5e6


def test_a_line_that_was_full_is_not_tried_with_more_for_a_while():
    way = Way(carries=400e3)
    way.send(900e3, 2)
    way.send(100e3, 6)  # what waited goes out

    way.carries = 3e6
    way.send(200e3, 10)
    assert way.line.estimate < 450e3

    way.send(200e3, 30)
    assert way.line.estimate > 900e3


def test_a_line_that_was_queueing_only_is_believed_to_be_what_came_through():
    way = Way(carries=800e3)

    way.send(900e3, 8)

    assert 500e3 < way.line.estimate < 800e3
