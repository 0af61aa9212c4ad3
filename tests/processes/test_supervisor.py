"""The supervisor with real processes: deaths, restarts, and the end of everything."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from processes.states import read_states

ROOT = Path(__file__).parents[2]


def alive(pid):
    with suppress(ProcessLookupError, FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def seen(look, *, within=30.0):
    """Give what `look` finds, as soon as it finds something."""
    async with asyncio.timeout(within):
        while not (found := look()):
            await asyncio.sleep(0.01)
    return found


class Kept:
    """A supervisor in a process of its own."""

    def __init__(self, folder, *manners):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes.supervise", folder, *manners], cwd=ROOT
        )

    def states(self):
        return read_states(self.folder / "processes.json")

    async def pids(self, *, restarts=0):
        def started():
            states = self.states()
            enough = all(state.pid and state.restarts >= restarts for state in states)
            return states and enough and [state.pid for state in states]

        return await seen(started)

    async def ended(self, *, within=5.0):
        return await asyncio.wait_for(asyncio.to_thread(self.process.wait), within)


@pytest.fixture
def supervise(tmp_path):
    running = []

    def start(*manners):
        running.append(Kept(tmp_path, *manners))
        return running[-1]

    yield start
    for kept in running:
        kept.process.kill()
        kept.process.wait()
        for state in kept.states():
            with suppress(ProcessLookupError):
                os.kill(state.pid or kept.process.pid, signal.SIGKILL)


async def test_a_killed_child_is_started_again_and_the_others_live_on(supervise):
    kept = supervise("good", "good")
    first, other = await kept.pids()

    os.kill(first, signal.SIGKILL)

    again = await seen(lambda: next((s for s in kept.states() if s.restarts == 1 and s.pid), None))
    assert again.pid != first
    assert again.ended == "SIGKILL"
    assert kept.states()[1].pid == other
    assert alive(other)


async def test_a_child_that_keeps_dying_is_started_again_more_and_more_slowly(supervise):
    kept = supervise("brief")
    beginning = time.monotonic()

    await seen(lambda: any(state.restarts >= 3 for state in kept.states()), within=15)

    assert time.monotonic() - beginning > 0.2 + 0.4 + 0.8
    assert kept.states()[0].ended == "status 3"


async def test_a_child_that_runs_once_is_not_started_again(supervise):
    kept = supervise("brief-once", "good")
    await seen(lambda: [state.ended for state in kept.states()] == ["status 3", None])

    kept.process.send_signal(signal.SIGTERM)

    assert await kept.ended() == 0
    assert kept.states()[0].restarts == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_all_children_by_their_lifelines(supervise, tmp_path, number):
    kept = supervise("good", "good")
    pids = await kept.pids()

    kept.process.send_signal(number)

    assert await kept.ended() == 0
    assert not any(alive(pid) for pid in pids)
    assert (tmp_path / "0/ended").exists()
    assert (tmp_path / "1/ended").exists()


async def test_a_child_that_still_starts_is_ended_before_it_looks_at_its_lifeline(supervise):
    kept = supervise("starting")
    (pid,) = await kept.pids()

    kept.process.send_signal(signal.SIGTERM)

    assert await kept.ended() == 0
    assert not alive(pid)
    assert kept.states()[0].ended == "SIGTERM"


async def test_a_child_that_hears_nothing_is_killed_within_five_seconds(supervise, tmp_path):
    kept = supervise("stubborn", "good")
    pids = await kept.pids()
    await seen(lambda: len(list(tmp_path.glob("*/environment"))) == 2)

    kept.process.send_signal(signal.SIGTERM)

    assert await kept.ended(within=8) == 0  # killed at 4.5 s; a busy machine sees it later
    assert not any(alive(pid) for pid in pids)
    assert kept.states()[0].ended == "SIGKILL"
    assert (tmp_path / "1/ended").exists()


async def test_what_a_child_left_behind_is_ended_too(supervise, tmp_path):
    kept = supervise("parent")
    await kept.pids()
    await seen((tmp_path / "0/orphan").exists)
    orphan = int((tmp_path / "0/orphan").read_text())

    kept.process.send_signal(signal.SIGTERM)

    assert await kept.ended() == 0
    await seen(lambda: not alive(orphan))


async def test_children_end_by_themselves_when_the_supervisor_is_killed(supervise, tmp_path):
    kept = supervise("good", "good")
    pids = await kept.pids()

    kept.process.kill()

    await seen(lambda: not any(alive(pid) for pid in pids), within=5)
    assert (tmp_path / "0/ended").exists()
    assert (tmp_path / "1/ended").exists()


async def test_a_child_may_be_given_an_environment_of_its_own(supervise, tmp_path):
    kept = supervise("good-bare", "good")
    await kept.pids()
    await seen(lambda: len(list(tmp_path.glob("*/environment"))) == 2)

    given = set((tmp_path / "0/environment").read_text().split())

    assert {"PATH", "ONLY"} <= given
    assert "PYTEST_VERSION" not in given
    assert "PYTEST_VERSION" in (tmp_path / "1/environment").read_text()


async def test_the_state_file_is_whole_json_for_people_too(supervise):
    kept = supervise("good")
    await kept.pids()

    whole = json.loads((kept.folder / "processes.json").read_text())

    assert whole["supervisor"] == kept.process.pid
    assert whole["children"][0]["name"] == "good-0"
    assert whole["children"][0]["since"].endswith("+00:00")


def test_nothing_ran_here_yet(tmp_path):
    assert read_states(tmp_path / "processes.json") == []
