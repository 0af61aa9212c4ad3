"""A hostile file gets no more time and memory than it is given."""

import resource
import signal
import time

import pytest

from documents.bounds import TookTooLong, bounded


def test_reading_is_broken_off_when_its_time_is_over():
    began = time.monotonic()

    with pytest.raises(TookTooLong), bounded(seconds=0.1):
        read_for_ever()

    assert time.monotonic() - began < 5
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_waiting_for_a_busy_machine_does_not_count():
    with bounded(seconds=0.1):
        time.sleep(0.3)

    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_memory_beyond_the_limit_is_refused_and_the_limit_is_lifted_again():
    before = resource.getrlimit(resource.RLIMIT_AS)

    with pytest.raises(MemoryError), bounded(memory=64 << 20):
        bytearray(512 << 20)

    assert resource.getrlimit(resource.RLIMIT_AS) == before


def read_for_ever():
    while True:
        sum(range(1000))
