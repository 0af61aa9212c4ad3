"""From nothing to the first administrator, as an operator does it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import commands.init
from commands import files
from commands.places import Places
from documents.authority import load_pair
from sealing.keyfile import NoKey
from storage import keys
from tests.commands.calling import ROOT, Said, call, config_of, said

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


@pytest.mark.parametrize("name", ["keys/ledger.keys", "keys/recordings.key", "pki/root.pem"])
def test_a_lost_key_is_never_replaced_by_a_new_one(file: Path, init: Callable[..., Said], name):
    init(**TOWN)
    lost = file.parent / "data" / name
    lost.unlink()

    refused = init()

    assert refused.status == 2
    assert name in refused.err
    assert "请从备份里恢复" in refused.err
    assert not lost.exists()


@pytest.mark.parametrize("kept", [b"", bytes(31)])
def test_nothing_starts_with_half_a_key(file: Path, init: Callable[..., Said], kept: bytes):
    """A disk that was full when it was made: with no key at all everybody could open the files."""
    init(**TOWN)
    data = file.parent / "data"
    (data / "keys" / "recordings.key").write_bytes(kept)

    said = call("worker", config=file, data__dir=data)

    assert said.status == 2
    assert "recordings.key" in said.err
    assert "文件的密钥不能用" in said.err


def test_no_room_and_no_sealed_file_is_opened_with_half_a_key(file: Path):
    data = file.parent / "data"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "recordings.key").touch()
    config = config_of(data)

    with pytest.raises(NoKey):
        files.objects(config, Places(data=data))


def test_a_key_is_whole_from_its_first_moment(tmp_path: Path):
    """Of two processes that start at once the second keeps what the first made."""
    key = tmp_path / "recordings.key"

    keys.keep_once(key, bytes(32))
    keys.keep_once(key, bytes([1]) * 32)

    assert key.read_bytes() == bytes(32)
    assert [one.name for one in tmp_path.iterdir()] == [key.name]
