"""The locks: everything pinned and hashed, no addresses, the tests' lock around the other."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")


def entries(lock):
    """Give each requirement with the hashes that follow it."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line.strip()]


def pins(lock):
    return {(words[0].partition("==")[0], words[0].partition("==")[2]) for words in entries(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock):
    assert not re.search(r"\w+://|--index-url|--find-links| @ ", (ROOT / lock).read_text("utf-8"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock):
    loose = [
        words[0]
        for words in entries(lock)
        if "==" not in words[0]
        or not any(re.match(r"--hash=sha256:[0-9a-f]{64}$", w) for w in words)
    ]

    assert loose == []


def test_the_lock_names_everything_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {Requirement(one).name for one in project["dependencies"]}

    assert asked - {name for name, _ in pins(LOCKS[0])} == set()


def test_the_tests_run_with_the_versions_that_run():
    run, test = pins(LOCKS[0]), pins(LOCKS[1])
    tested = {name for name, _ in test}

    assert {(name, version) for name, version in test if name in {n for n, _ in run}} <= run
    assert {name for name, _ in run} - tested <= {
        "async-timeout",
        "tzdata",
    }  # other machines' alone
