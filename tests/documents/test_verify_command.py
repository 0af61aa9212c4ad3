"""`server.py verify`: what it says of a paper, whom it trusts, and how it ends."""

import json
import subprocess
import sys

import pytest

from tests.commands.calling import ROOT, call


@pytest.fixture
def paper(tmp_path, ceremony):
    file = tmp_path / "paper.pdf"
    file.write_bytes(ceremony.final)
    return file


def test_a_complete_genuine_paper_ends_with_0(paper, root_pem):
    told = call("verify", paper, "--root", root_pem)

    assert told.status == 0
    assert told.out.startswith("genuine\n这份协议是真的")
    assert "online only" in told.out


def test_a_program_hears_the_stable_code_and_the_sentence_for_people(paper, root_pem, ceremony):
    paper.write_bytes(ceremony.sealed)

    told = call("verify", paper, "--root", root_pem, "--json")

    said = json.loads(told.out)
    assert told.status == 1
    assert (said["verdict"], said["reason"]) == ("incomplete", "rollback")
    assert "旧版本" in said["words"]


def test_without_a_root_it_is_unknown_and_says_where_to_get_one(paper, tmp_path):
    told = call("verify", paper, "--json")
    empty = tmp_path / "root.pem"
    empty.write_text("no certificate")
    same = call("verify", paper, "--root", empty, "--json")

    for one in (told, same):
        said = json.loads(one.out)
        assert (one.status, said["verdict"], said["reason"]) == (1, "unknown", "no-root")
        assert "/ca/root.pem" in one.err


def test_a_file_that_is_not_there_is_named(paper, tmp_path):
    missing = tmp_path / "missing"

    without_paper = call("verify", missing)
    without_root = call("verify", paper, "--root", missing)

    for told in (without_paper, without_root):
        assert (told.status, told.out) == (2, "")
        assert told.err == f"{missing}: no such file\n没有这个文件：{missing}\n"


def test_a_broken_installation_accuses_no_paper(paper, root_pem):
    program = (
        "import sys; sys.modules['pyhanko.pdf_utils.filters'] = None; "
        f"sys.argv = ['server.py', 'verify', {str(paper)!r}, '--root', {str(root_pem)!r}]; "
        "import server; sys.exit(server.main())"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert "ModuleNotFoundError" in ended.stderr
    assert ended.stdout == ""
