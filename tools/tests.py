"""Every test: ``make test``. What needs no quiet machine runs on two cores, then the rest alone.

With arguments it is pytest itself: ``make test ARGS="tests/bot -k menu"``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
PYTEST = (sys.executable, "-m", "pytest")

#: They measure time that people feel, or kill processes and count the seconds.
ALONE = (
    "commands/test_starting.py",
    "e2e",
    "faults",
    "processes",
    "webrtc",
)
#: Of the folder of the rooms, what knows no real peer and no browser.
NOT_ALONE = tuple(
    f"webrtc/test_{name}.py"
    for name in ("consents", "journal", "media_path", "protocol_document", "seams", "stun", "turn")
)
#: What lasts long begins, so that at the end no core waits for the other; the first mostly waits.
FIRST = ("storage/test_jobs.py", "miniprogram", "commands", "web/test_in_browser.py", "web")
#: A file stays on one worker, and the files are given out in our order.
WORKERS = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> int:
    """Run what is asked for, or everything; the status is that of the first part that failed."""
    if arguments:
        return _run(*arguments)
    return _run(*WORKERS, *together()) or _run(*alone())


def together() -> list[str]:
    """Name every file of tests that may share the machine with another, the long ones first."""
    return sorted(_named(_files() - _alone()), key=_turn)


def alone() -> list[str]:
    """Name every other file of tests."""
    return _named(_alone())


def _alone() -> set[Path]:
    return _within(ALONE) - _within(NOT_ALONE)


def _files() -> set[Path]:
    return set(TESTS.rglob("test_*.py"))


def _within(places: tuple[str, ...]) -> set[Path]:
    return {one for one in _files() for place in places if one.is_relative_to(TESTS / place)}


def _named(files: set[Path]) -> list[str]:
    return sorted(one.relative_to(ROOT).as_posix() for one in files)


def _turn(name: str) -> int:
    begins = (at for at, place in enumerate(FIRST) if name.startswith(f"tests/{place}"))
    return next(begins, len(FIRST))


def _run(*arguments: str) -> int:
    return subprocess.run([*PYTEST, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
