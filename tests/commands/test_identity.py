"""The lines of the centre change, every other byte of the file stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from commands.identity import settle, with_identity
from commands.refusing import CommandRefused
from config import ConfigError
from tests.commands.calling import ROOT

SHIPPED = (ROOT / "config.yaml").read_text("utf-8")
TOWN = {
    "name": "枫桥镇综治中心",
    "committee": "枫桥镇人民调解委员会",
    "phone": "0575-87011234",
    "region": "999999001000",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The configuration as it is shipped."""
    path = tmp_path / "config.yaml"
    path.write_text(SHIPPED, "utf-8")
    return path


def test_only_four_lines_of_the_shipped_file_change(file: Path):
    settle(file, TOWN, force=False)

    changed = file.read_text("utf-8")
    pairs = zip(SHIPPED.splitlines(), changed.splitlines(), strict=True)
    assert [after for before, after in pairs if before != after] == [
        '  name: "枫桥镇综治中心"',
        '  committee: "枫桥镇人民调解委员会"',
        '  phone: "0575-87011234"',
        '  region: "999999001000"',
    ]
    assert [path.name for path in file.parent.iterdir()] == ["config.yaml"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("centre:\n  name: 旧 # ours\n", "  name: 新 # ours"),
        ("centre:\n  name: '旧 # 旧'   # ours\n", "  name: 新   # ours"),
        ("centre:   # who we are\n# more\n\n  name:\n", "  name: 新"),
        ("centre:\n  phone: ''\nhttp:\n  port: 1\n", "  name: 新"),
        ("http:\n  port: 1\n", "  name: 新"),
        ("", "  name: 新"),
    ],
)
def test_lines_of_many_shapes_are_found_or_added(text: str, line: str):
    changed = with_identity(text, {"name": "新"})

    assert line.replace("新", '"新"') in changed.splitlines()
    told = yaml.safe_load(changed)
    assert told["centre"]["name"] == "新"
    before = yaml.safe_load(text) or {}
    assert told.get("http") == before.get("http")


@pytest.mark.parametrize(
    "text",
    ["centre: {name: 旧}\n", "centre:\n  name: |\n    旧\n    旧\n", "a: [\n", "centre: {}\n"],
)
def test_what_cannot_be_changed_line_by_line_is_left_alone(text: str):
    with pytest.raises(CommandRefused, match="by hand"):
        with_identity(text, {"name": "新"})


def test_another_identity_needs_force(file: Path):
    settle(file, TOWN, force=False)
    other = {**TOWN, "name": "石桥镇综治中心"}
    before = file.read_text("utf-8")

    with pytest.raises(CommandRefused, match=r"centre\.name.*--force"):
        settle(file, other, force=False)

    assert file.read_text("utf-8") == before
    settle(file, other, force=True)
    assert yaml.safe_load(file.read_text("utf-8"))["centre"]["name"] == "石桥镇综治中心"


def test_the_same_identity_again_changes_nothing(file: Path):
    settle(file, TOWN, force=False)
    before = file.stat()

    settle(file, TOWN, force=False)

    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_a_value_that_cannot_be_leaves_the_file_whole(file: Path):
    with pytest.raises(ConfigError, match=r"centre\.region"):
        settle(file, {"region": "33"}, force=False)

    assert file.read_text("utf-8") == SHIPPED
    assert len(list(file.parent.iterdir())) == 1


def test_an_environment_that_says_otherwise_is_named(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FENGQIAO_CENTRE__NAME", "别处")

    with pytest.raises(CommandRefused, match="FENGQIAO_CENTRE__NAME"):
        settle(file, TOWN, force=False)

    assert file.read_text("utf-8") == SHIPPED
