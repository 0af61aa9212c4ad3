"""Every test: ``make test``. What is calculated runs on both cores, what waits two by two.

Then what measures time runs alone. With arguments it is pytest itself: ``make test
ARGS="tests/bot -k menu"``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
PYTEST = (sys.executable, "-m", "pytest")

#: They start processes, peers and browsers, and mostly wait for them.
WAITING = (
    "commands/test_starting.py",
    "e2e",
    "faults",
    "processes",
    "webrtc",
)
#: Of the folder of the rooms, what knows no real peer and no browser.
NOT_WAITING = tuple(
    f"webrtc/test_{name}.py"
    for name in ("consents", "journal", "media_path", "protocol_document", "seams", "stun", "turn")
)
#: Of what waits, what measures: sound beside picture, frames in a second, an end within seconds.
ALONE = (
    "e2e",
    "faults/test_sigterm.py",
    "processes/test_supervisor.py",
    *(
        f"webrtc/test_{name}.py"
        for name in (
            "bad_line",
            "layers_pages",
            "line_breaks",
            "media_churn",
            "media_kill",
            "recorder_process",
            "recording_pages",
            "standing_disk",
            "thin_line",
            "three_pages",
            "two_workers",
        )
    ),
)
#: What lasts long begins, so that at the end no core waits for the other; the first mostly waits.
FIRST = ("storage/test_jobs.py", "miniprogram", "commands", "web/test_in_browser.py", "web")
#: The same of what waits.
FIRST_OF_WAITING = tuple(
    f"webrtc/test_{name}.py" for name in ("faults_pages", "room_page", "without_devices", "attacks")
)
#: A file stays on one worker, and the files are given out in our order.
IN_ORDER = ("--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> int:
    """Run what is asked for, or everything; the status is that of the first part that failed."""
    if arguments:
        return _run(*arguments)
    return (
        _run("-n", "3", *IN_ORDER, *together())  # a third of the time each waits
        or _run("-n", "2", *IN_ORDER, *waiting())
        or _run(*alone())
    )


def together() -> list[str]:
    """Name every file of tests that needs processors and no time, the long ones first."""
    return _sorted(_files() - _waiting(), FIRST)


def waiting() -> list[str]:
    """Name every file of tests that waits for others and may share the machine with another."""
    return _sorted(_waiting() - _within(ALONE), FIRST_OF_WAITING)


def alone() -> list[str]:
    """Name every other file of tests."""
    return _sorted(_within(ALONE), ())


def _waiting() -> set[Path]:
    return _within(WAITING) - _within(NOT_WAITING)


def _files() -> set[Path]:
    return set(TESTS.rglob("test_*.py"))


def _within(places: tuple[str, ...]) -> set[Path]:
    return {one for one in _files() for place in places if one.is_relative_to(TESTS / place)}


def _sorted(files: set[Path], first: tuple[str, ...]) -> list[str]:
    """Name them in the order of the alphabet, but some first."""

    def turn(name: str) -> int:
        begins = (at for at, place in enumerate(first) if name.startswith(f"tests/{place}"))
        return next(begins, len(first))

    return sorted(sorted(one.relative_to(ROOT).as_posix() for one in files), key=turn)


def _run(*arguments: str) -> int:
    # A test starts many processes of ours: compiled for each anew, their modules take seconds.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    program = [*PYTEST, *arguments]
    return subprocess.run(program, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
