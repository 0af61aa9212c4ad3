"""No test is forgotten by the two halves of ``make test``."""

from tools.tests import ALONE, ROOT, TESTS, together


def test_the_two_halves_hold_every_test():
    halves = [ROOT / one for one in together()] + [TESTS / name for name in ALONE]

    missed = [
        file
        for file in TESTS.rglob("test_*.py")
        if not any(file == half or file.is_relative_to(half) for half in halves)
    ]

    assert missed == []


def test_what_runs_alone_is_there():
    assert [name for name in ALONE if not any((TESTS / name).glob("test_*.py"))] == []
