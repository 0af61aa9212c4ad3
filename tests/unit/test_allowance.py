"""How much a page may ask for at once and in the long run."""

from hypothesis import given
from hypothesis import strategies as st

from webrtc.allowance import Allowance


def test_a_burst_is_taken_then_only_what_comes_in_again():
    allowance = Allowance(3, 2.0, now=100.0)

    assert [allowance.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(100.5) for _ in range(2)] == [True, False]
    assert [allowance.take(1000.0) for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 10, allow_nan=False), max_size=200))
def test_nobody_ever_gets_more_than_the_burst_and_the_steady_part(pauses):
    allowance, now, taken = Allowance(5, 3.0, now=0.0), 0.0, 0

    for pause in pauses:
        now += pause
        taken += allowance.take(now)

    assert taken <= 5 + 3.0 * now + 1e-6
