"""A thin line: sound is kept, everybody is seen small before anybody is seen large."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from webrtc.allocation import BEST, NONE, allocate

RATES = st.lists(st.just(0.0) | st.floats(1e4, 2e6), min_size=1, max_size=3).map(sorted).map(tuple)
PICTURES = st.lists(RATES, max_size=8)
BUDGETS = st.floats(0, 2e7)
THREE = (120e3, 350e3, 1200e3)


def test_everybody_is_seen_small_before_anybody_is_seen_large():
    assert allocate(400e3, [THREE, THREE, THREE]) == (0, 0, 0)
    assert allocate(600e3, [THREE, THREE, THREE]) == (1, 0, 0)
    assert allocate(9e6, [THREE, THREE, THREE]) == (2, 2, 2)


def test_a_line_too_thin_for_everybody_shows_the_most_important():
    assert allocate(130e3, [THREE, THREE]) == (0, NONE)
    assert allocate(100e3, [THREE, THREE]) == (NONE, NONE)


def test_a_layer_that_is_not_sent_is_passed_over():
    assert allocate(500e3, [(0.0, 350e3, 0.0)]) == (1,)


def test_a_picture_that_has_only_begun_is_shown_as_it_comes():
    assert allocate(0, [(0.0, 0.0), THREE]) == (BEST, NONE)


@given(BUDGETS, PICTURES)
def test_what_is_sent_never_costs_more_than_there_is(budget, pictures):
    levels = allocate(budget, pictures)

    assert spent(levels, pictures) <= budget + 1


@given(BUDGETS, BUDGETS, PICTURES)
def test_with_more_bits_no_picture_gets_worse(one, other, pictures):
    less, more = sorted((one, other))

    pairs = zip(allocate(less, pictures), allocate(more, pictures), strict=True)

    assert all(a <= b for a, b in pairs)


@given(BUDGETS, PICTURES)
def test_no_picture_is_dropped_while_a_less_important_one_is_shown(budget, pictures):
    known = [rates for rates in pictures if any(rates)]

    levels = allocate(budget, known)

    assert not any(a == NONE and b != NONE for a, b in itertools.pairwise(levels))


@given(BUDGETS, PICTURES)
def test_only_layers_that_are_sent_are_chosen(budget, pictures):
    levels = allocate(budget, pictures)

    chosen = [r[at] for at, r in zip(levels, pictures, strict=True) if at not in {NONE, BEST}]
    assert all(rate > 0 for rate in chosen)


def spent(levels, pictures) -> float:
    shown = zip(levels, pictures, strict=True)
    return sum(rates[level] for level, rates in shown if level not in {NONE, BEST})
