"""The documents tell the truth: commands, keys and words in them are those of the program."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import config
from domain.actors import Role
from domain.agreements import Stage
from domain.cases import CaseState
from domain.meetings import MeetingState
from domain.obligations import ObligationState

ROOT = Path(__file__).parents[2]
OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_every_command_is_in_the_operating_guide():
    usage = subprocess.run(
        [sys.executable, "server.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    commands = re.search(r"{([\w,-]+)}", usage)

    assert commands
    assert [one for one in commands[1].split(",") if not re.search(rf"`{one}\b", OPERATING)] == []


def test_every_key_that_the_operating_guide_names_exists():
    known = {key for key, _ in config.every_key()}
    sections = {key.partition(".")[0] for key in known}
    named = re.findall(rf"`((?:{'|'.join(sections)})\.[\w.]+\w)`", OPERATING)

    assert named
    assert [key for key in named if key.removesuffix("_file") not in known] == []


def test_every_variable_that_the_operating_guide_names_exists():
    known = {config.variable(key) for key, _ in config.every_key()}
    named = re.findall(r"FENGQIAO_[A-Z]+__[A-Z_]+[A-Z]", OPERATING)

    assert [name for name in named if name.removesuffix("_FILE") not in known] == []


@pytest.mark.parametrize("states", [CaseState, MeetingState, Stage, ObligationState, Role])
def test_every_state_and_role_is_in_the_glossary(states):
    assert [one for one in states if f"`{one}`" not in GLOSSARY] == []


def test_every_place_that_the_glossary_names_exists():
    places = re.findall(r"`([\w/]+(?:\.py|/))`", GLOSSARY)

    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize(
    "page", [*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name
)
def test_every_link_between_documents_leads_somewhere(page):
    links = re.findall(r"\]\((?!\w+:)([^)#]+)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
