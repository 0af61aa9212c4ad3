"""Starting: one supervisor for one data folder, on ports that are free, said readably."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from commands.district import STAFF
from commands.places import Places
from commands.refusing import CommandRefused
from commands.starting import only_one, wait_for_port
from tests.commands.calling import FONTS, ROOT, call
from tests.e2e.running import running_demo
from tests.ports import free_port

ENDED_WITHIN = 5.0
HOLDER = """
import pathlib, signal, sys
from processes.alone import alone
with alone(pathlib.Path(sys.argv[1])):
    print('held', flush=True)
    signal.pause()
"""


@contextmanager
def somebody_listens():
    with socket.socket() as theirs:
        theirs.bind(("127.0.0.1", 0))
        theirs.listen()
        yield theirs.getsockname()[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One that runs."""
    with running_demo(tmp_path_factory.mktemp("running")) as running:
        yield running


@dataclass(frozen=True)
class Ended:
    """What a demo on a narrow terminal showed, and how Ctrl-C ended it."""

    words: str
    status: int
    took: float
    folder: Path


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """One that ran on a narrow terminal until somebody pressed Ctrl-C."""
    folder = tmp_path_factory.mktemp("ended")
    pid, terminal = pty.fork()
    if pid == 0:
        settings = {
            "FENGQIAO_DATA__DIR": str(folder),
            "FENGQIAO_HTTP__PORT": "0",
            "FENGQIAO_SIMULATOR__PORT": "0",
            "FENGQIAO_DOCUMENTS__FONTS": str(FONTS),
            "COLUMNS": "80",
        }
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "server.py", "demo"], os.environ | settings)

    shown = _read(terminal, until=b"Ctrl-C to stop")
    os.write(terminal, b"\x03")
    pressed = time.monotonic()
    shown += _read(terminal)
    _, status = os.waitpid(pid, 0)

    return Ended(
        words=re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode("utf-8")),
        status=os.waitstatus_to_exitcode(status),
        took=time.monotonic() - pressed,
        folder=folder,
    )


def test_a_second_demo_on_the_same_folder_is_refused_and_changes_nothing(demo):
    before = (demo.folder / "config.yaml").read_bytes()
    told = call(
        "demo",
        data__dir=demo.folder.parent,
        http__port=str(free_port()),
        simulator__port=str(free_port()),
        documents__fonts=FONTS,
    )

    assert told.status == 2
    assert "runs already" in told.err
    assert "已经有一个枫桥在运行" in told.err
    assert (demo.folder / "config.yaml").read_bytes() == before
    assert all(one["pid"] and not one["restarts"] for one in demo.processes().values())


def test_a_job_worker_under_a_slot_that_is_taken_says_so(demo):
    told = call("worker", data__dir=demo.folder)

    assert told.status == 2
    assert told.err.splitlines()[-2:] == [
        "Another job worker works under slot w0: give --slot another name.",
        "已经有一个后台进程用着 w0，请用 --slot 换一个名字。",
    ]


@pytest.mark.parametrize("process", ["web", "worker", "media"])
def test_a_process_without_an_installation_says_what_to_do(tmp_path, process):
    told = call(process, data__dir=tmp_path / "nothing")

    assert told.status == 2
    assert "server.py migrate" in told.err
    assert "Traceback" not in told.err


def test_everything_of_the_demo_is_in_its_folder(ended):
    assert (ended.folder / "demo" / "log" / "web.jsonl").stat().st_size
    assert {one.name for one in ended.folder.iterdir()} == {"demo"}


def test_the_place_is_free_again_when_its_holder_is_killed(tmp_path):
    places = Places(data=tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, places.run / "supervisor.lock"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    with closing(holder.stdout):
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(CommandRefused, match="runs already"), only_one(places):
            raise AssertionError

        holder.kill()
        holder.wait()

        with only_one(places):
            assert (places.run / "supervisor.lock").exists()


def test_a_port_of_another_program_is_named_with_its_setting(tmp_path):
    with somebody_listens() as port:
        told = call("serve", data__dir=tmp_path, http__port=str(port))

    assert told.status == 2
    assert f"http.port: nothing can listen on 127.0.0.1:{port}" in told.err
    assert "已经被别的程序占用" in told.err
    assert f"FENGQIAO_HTTP__PORT={port + 1}" in told.err
    assert "Traceback" not in told.err


async def test_an_address_of_another_machine_cannot_be_listened_on():
    with pytest.raises(CommandRefused, match=r"http\.port: nothing can listen on 192\.0\.2\.1"):
        await wait_for_port("http.port", "192.0.2.1", 8080)


async def test_a_port_that_is_given_up_meanwhile_is_taken():
    with somebody_listens() as port, pytest.raises(CommandRefused):
        await wait_for_port("http.port", "127.0.0.1", port, within=0.3)

    await wait_for_port("http.port", "127.0.0.1", port, within=0.3)


def test_on_a_narrow_terminal_every_log_in_can_be_read_and_ctrl_c_ends_it(ended):
    assert ended.took < ENDED_WITHIN
    assert ended.status == 0
    assert "Traceback" not in ended.words
    for one in STAFF:
        (line,) = (line for line in ended.words.splitlines() if line.startswith(f"{one.login} "))
        assert one.password in line
        assert one.totp in line


def test_ctrl_c_while_it_is_starting_prints_no_traceback(tmp_path):
    pid, terminal = pty.fork()
    if pid == 0:
        settings = {"FENGQIAO_DATA__DIR": str(tmp_path), "FENGQIAO_DOCUMENTS__FONTS": str(FONTS)}
        os.chdir(ROOT)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell ignores it for what it runs behind
        os.execve(sys.executable, [sys.executable, "server.py", "demo"], os.environ | settings)

    shown = _read(terminal, until="正在启动".encode())
    os.kill(pid, signal.SIGINT)
    shown += _read(terminal)
    _, status = os.waitpid(pid, 0)

    assert b"Traceback" not in shown
    assert os.waitstatus_to_exitcode(status) in (0, 130)


def _read(terminal: int, *, until: bytes = b"\0never") -> bytes:
    """What stands on the terminal up to these words, or to the end of its program."""
    shown = b""
    while until not in shown:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # Linux: the program at the other end has gone
            break
    return shown
