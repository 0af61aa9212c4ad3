"""The locks: everything pinned and hashed, no addresses, the tests' lock around the other."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools import lock

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
SPEECH = "requirements-speech.lock"


def entries(name):
    """Give each requirement with the hashes that follow it."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line.strip()]


def pins(name):
    return {(words[0].partition("==")[0], words[0].partition("==")[2]) for words in entries(name)}


@pytest.mark.parametrize("name", [*LOCKS, SPEECH])
def test_a_lock_holds_no_address(name):
    assert not re.search(r"\w+://|--index-url|--find-links| @ ", (ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize("name", [*LOCKS, SPEECH])
def test_every_requirement_is_pinned_and_hashed(name):
    loose = [
        words[0]
        for words in entries(name)
        if "==" not in words[0]
        or not any(re.match(r"--hash=sha256:[0-9a-f]{64}$", w) for w in words)
    ]

    assert loose == []


@pytest.mark.parametrize("version", lock.SUPPORTED)
def test_every_supported_python_gets_one_version_of_each(version):
    machine = {
        "python_version": version,
        "python_full_version": f"{version}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
    }
    lines = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ").splitlines()
    pinned = [Requirement(line.partition(" --hash")[0]) for line in lines if line[:1].isalnum()]

    chosen = Counter(one.name for one in pinned if not one.marker or one.marker.evaluate(machine))

    asked = {Requirement(one).name for one in project()["dependencies"]}
    assert {name: count for name, count in chosen.items() if count != 1} == {}
    assert asked <= set(chosen)


def test_the_supported_pythons_are_those_that_the_project_names():
    assert project()["requires-python"] == ">=3.11,<3.15"
    assert tuple(f"3.{minor}" for minor in range(11, 15)) == lock.SUPPORTED


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_lock_names_everything_that_the_project_asks_for():
    asked = {Requirement(one).name for one in project()["dependencies"]}

    assert asked - {name for name, _ in pins(LOCKS[0])} == set()


def test_the_tests_run_with_the_versions_that_run():
    run, test = pins(LOCKS[0]), pins(LOCKS[1])
    tested = {name for name, _ in test}

    assert {(name, version) for name, version in test if name in {n for n, _ in run}} <= run
    assert {name for name, _ in run} - tested <= {
        "async-timeout",
        "tzdata",
    }  # other machines' alone


def test_speech_runs_with_the_versions_that_run_and_brings_what_it_asks_for():
    asked = {Requirement(one).name for one in project()["optional-dependencies"]["speech"]}

    assert pins(LOCKS[0]) <= pins(SPEECH)
    assert asked - {name for name, _ in pins(SPEECH)} == set()
