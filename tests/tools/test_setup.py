"""Set-up: what is there is left alone, what is missing is said exactly."""

import subprocess
import sys
import time
from pathlib import Path

from tools import check, needs, setup

ROOT = Path(__file__).parents[2]


def test_a_second_set_up_takes_seconds_and_installs_nothing():
    began = time.monotonic()

    ran = subprocess.run(
        [sys.executable, "tools/setup.py", "--test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "Install" not in ran.stdout
    assert time.monotonic() - began < 20


def test_bytecode_is_kept_even_where_python_is_told_to_write_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "ours.py").write_text("WHOSE = 'ours'\n")
    (tmp_path / "template.py").write_text("{{ no python }}\n")

    setup.compile_all([tmp_path])

    assert [one.name.split(".")[0] for one in (tmp_path / "__pycache__").iterdir()] == ["ours"]


def test_everything_that_the_tests_need_is_here():
    assert needs.missing((*needs.TO_RUN, *needs.TO_TEST)) == []


def test_a_need_is_met_by_a_program_a_module_or_a_file():
    assert needs.Need("bash", "bash", "").met()
    assert needs.Need("python3-venv", "module:ensurepip", "").met()
    assert (
        needs.Need("base-files", "/etc/debian_*", "").met()
        or not Path("/etc/debian_version").exists()
    )


def test_what_is_missing_is_named_with_the_command_that_brings_it():
    lacking = needs.missing(
        [
            needs.Need("no-such-thing", "no-such-program", "the impossible"),
            needs.Need("bash", "bash", ""),
        ]
    )

    said = needs.how_to_install(lacking)

    assert "apt-get install no-such-thing\n" in said
    assert "no-such-thing: the impossible" in said


def test_a_changed_lock_is_noticed():
    assert setup.recorded()[setup.TEST] == setup.digest(setup.TEST)
    assert setup.digest(setup.RUN) != setup.digest(setup.TEST)


def test_set_up_knows_which_python_it_asks():
    assert setup.version_of(sys.executable) == "{}.{}".format(*sys.version_info[:2])


def test_every_check_that_make_check_runs_is_installed():
    assert all(Path(program).exists() for program, *_ in check.CHECKS)
