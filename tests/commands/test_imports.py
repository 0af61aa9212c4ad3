"""Areas from a file: once, again, and what is no such file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from commands import imports
from tests.commands.calling import Said, call, config_of, said

TREE = [
    {
        "code": "99",
        "name": "云州省",
        "children": [
            {
                "code": "9999",
                "name": "临江市",
                "children": [
                    {
                        "code": "999999",
                        "name": "清溪县",
                        "children": [
                            {"code": f"999999{number:03}", "name": f"第{number}街道"}
                            for number in range(1, 700)
                        ],
                    }
                ],
            }
        ],
    }
]


def written(folder: Path, tree: object) -> Path:
    file = folder / "areas.json"
    file.write_text(tree if isinstance(tree, str) else json.dumps(tree), "utf-8")
    return file


def take_in(capsys: pytest.CaptureFixture[str], folder: Path, tree: object) -> Said:
    file = written(folder, tree)
    return said(capsys, lambda: imports.areas(config_of(folder / "data"), file))


def kept(folder: Path, code: str) -> tuple[str, str]:
    with closing(sqlite3.connect(folder / "data" / "ledger.db")) as ledger:
        asked = "SELECT name, parent FROM areas WHERE code = ?"
        found: tuple[str, str] = ledger.execute(asked, (code,)).fetchone()
        return found


def test_a_tree_is_kept_and_again_only_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    first = call("import", "areas", written(tmp_path, TREE), data__dir=tmp_path / "data")
    renamed = json.dumps(TREE).replace(json.dumps("第7街道")[1:-1], "Seven")
    second = take_in(capsys, tmp_path, renamed)

    assert (first.status, first.out) == (0, "702 areas, 702 of them new or changed\n")
    assert "702/702" in first.err
    assert second.out == "702 areas, 1 of them new or changed\n"
    assert kept(tmp_path, "999999007000") == ("Seven", "999999000000")
    assert kept(tmp_path, "990000000000") == ("云州省", "")


@pytest.mark.parametrize(
    ("tree", "named"),
    [
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ([{"code": "9x", "name": "云州省"}], "9x"),
        ({"code": "99"}, "top"),
    ],
)
def test_what_is_no_tree_is_refused_before_anything_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tree: object, named: str
):
    refused = take_in(capsys, tmp_path, tree)

    assert refused.status == 2
    assert named in refused.err
    assert not (tmp_path / "data" / "ledger.db").exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "none.json"

    refused = said(capsys, lambda: imports.areas(config_of(tmp_path), file))

    assert refused.status == 2
    assert "none.json" in refused.err
