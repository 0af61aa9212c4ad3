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

#: They measure time that people feel, drive several browsers, or kill processes.
ALONE = frozenset({"commands", "e2e", "faults", "miniprogram", "processes", "tools", "webrtc"})
WORKERS = ("-n", "2", "--dist", "loadfile")


def main(arguments: list[str]) -> int:
    """Run what is asked for, or everything; the status is that of the first part that failed."""
    if arguments:
        return _run(*arguments)
    return _run(*WORKERS, *together()) or _run(*sorted(f"tests/{name}" for name in ALONE))


def together() -> list[str]:
    """Name every file and folder of tests that may share the machine with another."""
    found = [one for one in TESTS.iterdir() if one.name not in ALONE]
    tests = [one for one in found if one.match("test_*.py") or any(one.rglob("test_*.py"))]
    return sorted(str(one.relative_to(ROOT)) for one in tests)


def _run(*arguments: str) -> int:
    return subprocess.run([*PYTEST, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
