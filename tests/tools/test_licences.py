"""Licences: what may be used, what has to be named, and what is never opened."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tools import licences

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
OURS = [folder for folder in ROOT.iterdir() if folder.is_dir() and folder.name.isalpha()]
GPL_ENCODERS = re.compile(r"\b(lib)?x26[45](rgb)?\b|\bh264_\w+|\bhevc_\w+", re.IGNORECASE)


def test_everything_that_runs_may_be_used():
    assert licences.complaints() == []


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-OR-LATER", "AGPL-3.0-ONLY", "SSPL-1.0", "", "UNKNOWN"]
)
def test_a_licence_that_is_not_on_the_list_is_refused(licence):
    assert str(licences.complaint("thing", [licence], NOTICE)).endswith("is not allowed")


def test_a_distribution_that_declares_nothing_is_refused():
    assert licences.complaint("thing", [], NOTICE) == "thing: licence not declared is not allowed"


def test_one_bad_term_among_good_ones_is_enough():
    assert licences.complaint("thing", ["MIT", "GPL-2.0-ONLY"], NOTICE) is not None


def test_weak_copyleft_has_to_stand_in_the_notice():
    assert licences.complaint("psycopg", ["LGPL-3.0-ONLY"], NOTICE) is None
    assert licences.complaint("thing", ["MPL-2.0"], NOTICE) == (
        "thing: MPL-2.0, so NOTICE has to name it"
    )


def test_a_lock_is_read_for_this_machine():
    lock = 'psycopg==3.3.9 \\\n    --hash=sha256:0\ntzdata==2026.6 ; sys_platform == "win32" \\\n'

    assert [one.name for one in licences.requirements(lock)] == ["psycopg"]


def test_the_notice_names_every_library_inside_the_pyav_wheel():
    inside = [file.name for file in distribution("av").files or [] if file.parent.name == "av.libs"]
    libraries = {re.split(r"-[0-9a-f]{8}\.so", name)[0] for name in inside}

    assert libraries
    assert {name for name in libraries if not re.search(rf"\b{name}\b", NOTICE)} == set()


def test_no_source_of_ours_opens_an_encoder_under_the_gpl():
    sources = [
        file
        for folder in OURS
        for file in folder.rglob("*")
        if folder.name not in {"data", "docs", "tests"}
        and file.suffix in {".py", ".js", ".yaml", ".yml", ".html"}
        and "node_modules" not in file.parts
    ]

    naming = [file for file in sources if GPL_ENCODERS.search(file.read_text("utf-8"))]

    assert sources
    assert naming == []


def test_the_licence_is_apache():
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")
