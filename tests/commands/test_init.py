"""From nothing to the first administrator, as an operator does it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import commands.init
from documents.authority import load_pair
from tests.commands.calling import ROOT, Said, call, said

LINK = "http://127.0.0.1:8080/desk/first/"
TOWN = {
    "name": "枫桥镇综治中心",
    "committee": "枫桥镇人民调解委员会",
    "phone": "0575-87011234",
    "region": "999999001000",
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of its own, which keeps its data beside it."""
    monkeypatch.setenv("FENGQIAO_DATA__DIR", str(tmp_path / "data"))
    return Path(shutil.copy(ROOT / "config.yaml", tmp_path / "config.yaml"))


@pytest.fixture
def init(file: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Calls the command in this process."""

    def run(*, force: bool = False, as_json: bool = False, **given: str) -> Said:
        return said(
            capsys,
            lambda: commands.init.run(file, given, force=force, again=False, as_json=as_json),
        )

    return run


def test_one_call_makes_everything_and_prints_a_link(file: Path):
    words = [word for key, value in TOWN.items() for word in (f"--{key}", value)]

    done = call("init", *words, config=file, data__dir=file.parent / "data")

    assert (done.status, done.err) == (0, "")
    assert LINK in done.out
    assert "管理员" in done.out
    data = file.parent / "data"
    made = ("ledger.db", "keys/ledger.keys", "keys/recordings.key", "pki/root.pem")
    assert [name for name in made if not (data / name).is_file()] == []
    seal = load_pair(data / "pki", "seal").certificate
    assert "枫桥镇人民调解委员会" in seal.subject.rfc4514_string()


def test_nothing_of_it_can_be_read_by_others_on_the_machine(file: Path):
    words = [word for key, value in TOWN.items() for word in (f"--{key}", value)]

    call("init", *words, config=file, data__dir=file.parent / "data")

    made = [one for one in (file.parent / "data").rglob("*") if one.is_file()]
    assert len(made) > 5
    assert [one.name for one in made if one.stat().st_mode & 0o077] == []


def test_again_it_makes_a_new_link_and_nothing_else(file: Path, init: Callable[..., Said]):
    first = json.loads(init(**TOWN, as_json=True).out)
    keys = (file.parent / "data" / "keys" / "ledger.keys").read_bytes()

    second = json.loads(init(as_json=True).out)

    assert first["link"].startswith(LINK)
    assert second["link"] not in (None, first["link"])
    assert (file.parent / "data" / "keys" / "ledger.keys").read_bytes() == keys


def test_what_is_left_out_is_named(init: Callable[..., Said]):
    done = init(name="枫桥镇综治中心")

    assert done.status == 0
    assert "--committee --phone --region" in done.err


def test_another_name_is_refused_in_both_languages(init: Callable[..., Said]):
    init(**TOWN)

    refused = init(committee="石桥镇人民调解委员会")
    forced = init(committee="石桥镇人民调解委员会", force=True)

    assert (refused.status, refused.out) == (2, "")
    assert "--force" in refused.err
    assert "已经设置过" in refused.err
    assert forced.status == 0
    assert "still names another committee" in forced.err


def test_a_demo_is_no_centre(file: Path, init: Callable[..., Said]):
    (file.parent / "data").mkdir()
    (file.parent / "data" / "demo").touch()

    refused = init(**TOWN)

    assert refused.status == 2
    assert "演示" in refused.err
    assert "枫桥镇" not in file.read_text("utf-8")


def test_a_bad_area_code_is_named(init: Callable[..., Said]):
    refused = init(region="3306")

    assert refused.status == 2
    assert "centre.region" in refused.err
