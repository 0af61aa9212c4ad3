"""Logs: one JSON line per event, turned over daily, nothing personal in them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from processes.masking import LEFT_OUT, masked

ROOT = Path(__file__).parents[2]
ID_NUMBER = "999999199001011234"
START = """
import logging, pathlib, sys, structlog
from processes.logs import keep_logs
keep_logs(pathlib.Path(sys.argv[1]), "web", keep_days=3)
log = structlog.stdlib.get_logger("web")
"""


@pytest.fixture
def run(tmp_path):
    """Run a program that logs; give what it said on the screen."""

    def run(program):
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", START + dedent(program), tmp_path],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return ran.stderr

    return run


@pytest.fixture
def line(tmp_path):
    def read():
        (line,) = (tmp_path / "web.jsonl").read_text("utf-8").splitlines()
        return json.loads(line)

    return read


def test_a_line_is_json_in_the_file_and_short_on_the_screen(run, line):
    screen = run("log.warning('socket closed', code=1006, seconds=2.5)")

    kept = line()
    assert (kept["event"], kept["code"], kept["seconds"]) == ("socket closed", 1006, 2.5)
    assert (kept["level"], kept["logger"]) == ("warning", "web")
    assert kept["timestamp"].endswith("Z")
    assert "socket closed" in screen


def test_lines_of_libraries_are_kept_in_the_same_way(run, line):
    run("logging.getLogger('aiohttp.access').info('%s got %d', '/m/', 200)")

    assert (line()["event"], line()["logger"]) == ("/m/ got 200", "aiohttp.access")


def test_known_personal_keys_are_left_out_however_deep_they_stand(run, line):
    run("""
        person = {"name": "Wang", "region": "330106", "more": [{"openid": "oABC", "count": 2}]}
        log.info("seen", person=person, password="hunter2", token="")
    """)

    assert line()["person"] == {
        "name": LEFT_OUT,
        "region": "330106",
        "more": [{"openid": LEFT_OUT, "count": 2}],
    }
    assert (line()["password"], line()["token"]) == (LEFT_OUT, "")


def test_an_exception_keeps_its_frames_and_loses_what_people_wrote(run, line):
    screen = run(f"""
        try:
            int("王小明 13800138000 {ID_NUMBER}")
        except ValueError:
            log.exception("failed")
    """)

    assert "in <module>" in line()["exception"]
    assert "'[chinese] [phone] [id number]'" in line()["exception"]
    assert "13800138000" not in screen


def test_a_number_that_may_be_a_phone_is_masked_even_as_an_integer(run, line):
    run("log.info('called', who=13800138000, bytes=1048576)")

    assert (line()["who"], line()["bytes"]) == ("[phone]", 1048576)


def test_only_this_user_reads_the_folder_of_the_logs(tmp_path):
    folder = tmp_path / "log"

    subprocess.run([sys.executable, "-c", START, folder], cwd=ROOT, check=True)

    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_file_is_turned_over_at_midnight_and_old_ones_go(run, line, tmp_path):
    for day in range(1, 6):
        (tmp_path / f"web.jsonl.2026-01-0{day}").write_text("{}\n")
    yesterday = time.time() - 86_400
    (tmp_path / "web.jsonl").write_text("{}\n")
    os.utime(tmp_path / "web.jsonl", (yesterday, yesterday))

    run("log.info('a new day')")

    assert line()["event"] == "a new day"
    assert len(list(tmp_path.glob("web.jsonl.*"))) == 3


def test_a_full_disk_ends_nothing_and_repeats_nothing(run, tmp_path):
    (tmp_path / "web.jsonl").symlink_to("/dev/full")

    screen = run("log.info('kept', who='13800138000')")

    assert "log file cannot be written: OSError" in screen
    assert "kept" in screen
    assert "13800138000" not in screen


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("to 13800138000.", "to [phone]."),
        ("to +8613800138000", "to [phone]"),
        ("to +86 138 0013 8000", "to [phone]"),
        ("to +8612000000001", "to [phone]"),
        ("to 0571-88888888", "to [phone]"),
        ("to +8657188888888", "to [phone]"),
        (f"id {ID_NUMBER}", "id [id number]"),
        ("card 6222020200112233445", "card [bank card]"),
        ("GET /room/AbCd-_0123456789", "GET /room/[token]"),
        ("GET /cgi-bin/token?secret=abc&x=1", "GET /cgi-bin/token?secret=[secret]&x=1"),
        ("他住在幸福路", "[chinese]"),
        ("㛃𠮷", "[chinese]"),
    ],
)
def test_personal_things_in_free_text_are_masked(text, kept):
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T23:49:31.123456Z",
        "case 7f3a13800138000bcd moved",
        "took 1500 ms, 1048576 bytes, 99.5 %",
        "area 330106007000",
        "127.0.0.1:50000",
        "GET /c/ 404",
    ],
)
def test_what_an_operator_needs_stays(text):
    assert masked(text) == text
