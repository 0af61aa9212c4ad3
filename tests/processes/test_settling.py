"""What is loaded at the start is not looked through again."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from processes.settling import NEW_ONES, loading, settle


class Knot:
    """Holds itself: only a look for garbage lets go of it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_the_garbage_of_the_start_is_thrown_away_and_the_rest_left_alone():
    gone = weakref.ref(Knot())
    stays = Knot()

    settle()

    assert gone() is None
    assert not any(one is stays for one in gc.get_objects())


def test_garbage_that_comes_later_is_still_found():
    settle()
    gone = weakref.ref(Knot())

    held: list[list[int]] = [[] for _ in range(2 * NEW_ONES[0])]

    assert gone() is None
    assert held


def test_what_a_module_makes_is_not_looked_through_and_later_garbage_is_found():
    with loading():
        assert not gc.isenabled()
        loaded = Knot()
    gone = weakref.ref(Knot())

    gc.collect()

    assert not any(one is loaded for one in gc.get_objects())
    assert gone() is None
    assert gc.isenabled()
