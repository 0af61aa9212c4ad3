"""No test is forgotten by the parts of ``make test``, and none is run by two."""

import pytest

from tools.tests import (
    ALONE,
    FIRST,
    FIRST_OF_WAITING,
    NOT_WAITING,
    ROOT,
    TESTS,
    WAITING,
    alone,
    together,
    waiting,
)


def test_the_parts_hold_every_test_once():
    named = [*together(), *waiting(), *alone()]

    assert sorted(ROOT / name for name in named) == sorted(TESTS.rglob("test_*.py"))


def test_what_measures_time_or_pictures_runs_alone():
    assert {
        "tests/e2e/test_the_main_job.py",
        "tests/faults/test_sigterm.py",
        "tests/webrtc/test_bad_line.py",
        "tests/webrtc/test_two_workers.py",
    } <= set(alone())


def test_what_meets_real_peers_or_kills_a_process_shares_the_machine_with_no_calculation():
    assert "tests/faults/test_kills.py" in waiting()
    assert not [
        name
        for name in together()
        if name.startswith("tests/webrtc/")
        and "mark.media" in (ROOT / name).read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("place", [*WAITING, *NOT_WAITING, *ALONE, *FIRST, *FIRST_OF_WAITING])
def test_what_is_named_is_there(place):
    named = TESTS / place

    assert named.is_file() or any(named.glob("test_*.py"))


def test_the_longest_begin():
    assert together()[0] == "tests/storage/test_jobs.py"
    assert together()[-1].startswith("tests/unit/")
    assert waiting()[0] == "tests/webrtc/test_faults_pages.py"
