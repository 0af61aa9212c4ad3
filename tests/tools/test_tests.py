"""No test is forgotten by the two parts of ``make test``, and none is run by both."""

import pytest

from tools.tests import ALONE, FIRST, NOT_ALONE, ROOT, TESTS, alone, together


def test_the_two_parts_hold_every_test_once():
    named = [*together(), *alone()]

    assert sorted(ROOT / name for name in named) == sorted(TESTS.rglob("test_*.py"))


def test_what_meets_real_peers_or_kills_a_process_of_the_demo_runs_alone():
    assert {
        "tests/e2e/test_the_main_job.py",
        "tests/webrtc/test_bad_line.py",
        "tests/faults/test_kills.py",
    } <= set(alone())
    assert not [
        name
        for name in together()
        if name.startswith("tests/webrtc/")
        and "mark.media" in (ROOT / name).read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("place", [*ALONE, *NOT_ALONE, *FIRST])
def test_what_is_named_is_there(place):
    named = TESTS / place

    assert named.is_file() or any(named.glob("test_*.py"))


def test_the_longest_begin():
    assert together()[0] == "tests/storage/test_jobs.py"
    assert together()[-1].startswith("tests/unit/")
