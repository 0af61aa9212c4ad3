"""Who speaks: found soon, kept in silence, and never a flicker."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from webrtc.speaking import EVERY, Speaking

LEVELS = st.sampled_from([0.0, 50.0, 70.0, 85.0, 100.0, 127.0])
HEARD = st.lists(st.fixed_dictionaries({"li": LEVELS, "wang": LEVELS, "zhao": LEVELS}), max_size=80)


def heard(speaking, *steps, since=100.0) -> list[tuple[float, str]]:
    """Have a table listened to step by step; give when the speaker became whom."""
    turns = []
    for number, levels in enumerate(steps):
        before, now = speaking.speaker, since + number * EVERY
        speaking.hear(levels, now)
        if speaking.speaker != before:
            turns.append((now, speaking.speaker))
    return turns


@given(HEARD)
def test_however_they_shout_a_speaker_stays_for_a_second(steps):
    turns = heard(Speaking(), *steps)

    assert all(later - earlier >= 1.0 for (earlier, _), (later, _) in pairwise(turns))


@given(HEARD, st.integers(1, 200))
def test_silence_keeps_the_last_speaker(steps, long):
    speaking = Speaking()
    heard(speaking, *steps)
    heard(speaking, *[dict.fromkeys(("li", "wang", "zhao"), 0.0)] * 20, since=200.0)
    before = speaking.speaker

    assert heard(speaking, *[dict.fromkeys(("li", "wang", "zhao"), 40.0)] * long, since=300.0) == []
    assert speaking.speaker == before


@given(HEARD)
def test_whoever_then_speaks_alone_is_the_speaker_within_three_seconds(steps):
    speaking = Speaking()
    heard(speaking, *steps)

    heard(speaking, *[{"li": 0.0, "wang": 90.0, "zhao": 0.0}] * 15, since=200.0)

    assert speaking.speaker == "wang"


def test_a_slammed_door_is_no_voice():
    steps = [{"li": 0.0}] * 5 + [{"li": 127.0}] + [{"li": 0.0}] * 5

    assert heard(Speaking(), *steps) == []


def test_of_two_who_are_about_as_loud_the_one_who_speaks_keeps_the_word():
    speaking = Speaking()
    heard(speaking, *[{"li": 90.0, "wang": 0.0}] * 10)

    assert heard(speaking, *[{"li": 90.0, "wang": 92.0}] * 50, since=200.0) == []


def test_somebody_who_went_or_was_muted_speaks_no_more():
    speaking = Speaking()
    heard(speaking, *[{"li": 90.0, "wang": 0.0}] * 10)

    speaking.hear({"wang": 0.0}, 110.0)

    assert speaking.speaker == ""
