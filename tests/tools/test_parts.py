"""Long runs by parts: found, listed, run, and their reports kept."""

import pytest

from tools.parts import BENCH, PROVE, run

HOLDS = """'Says what it was asked with.'
import sys
if __name__ == "__main__":
    print(sys.argv[1:])
"""
FAILS = """'Never holds.'
if __name__ == "__main__":
    print("1 lost")
    raise SystemExit(1)
"""


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "tests" / "prove"
    folder.mkdir(parents=True)
    (folder / "media_kill.py").write_text(HOLDS)
    (folder / "nothing.py").write_text(FAILS)
    (folder / "shared_pieces.py").write_text('"""No part: it runs nothing."""\n')
    return tmp_path


def test_without_a_name_the_parts_are_listed(root, capsys):
    assert run(PROVE, [], root) == 0

    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == ["media-kill", "nothing"]
    assert "Says what it was asked with." in listed[0]


def test_a_part_gets_its_options_and_its_report_is_kept(root):
    assert run(PROVE, ["media-kill", "--seed", "7"], root) == 0

    report = (root / "docs/proofs/media-kill.md").read_text()
    assert report.startswith("# media-kill: held\n")
    assert 'make prove PART=media-kill ARGS="--seed 7"' in report
    assert "['--seed', '7']" in report


def test_a_part_that_does_not_hold_says_so_in_its_report_and_status(root):
    assert run(PROVE, ["nothing"], root) == 1

    report = (root / "docs/proofs/nothing.md").read_text()
    assert report.startswith("# nothing: FAILED (status 1)\n")
    assert "1 lost" in report


def test_all_parts_run_even_after_one_failed(root):
    assert run(PROVE, ["all"], root) == 1

    assert {file.name for file in (root / "docs/proofs").iterdir()} == {
        "media-kill.md",
        "nothing.md",
    }


def test_an_unknown_part_is_an_error_that_names_the_known_ones(root, capsys):
    assert run(PROVE, ["media"], root) == 2

    assert "there are: media-kill, nothing" in capsys.readouterr().err


def test_benchmarks_are_parts_of_their_own(root, capsys):
    assert run(BENCH, [], root) == 0

    assert "No parts yet" in capsys.readouterr().out
