"""Make both locks anew from pyproject.toml: ``make lock`` (needs uv on the PATH)."""

from __future__ import annotations

import shutil
import subprocess
import sys

PLAIN = (
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",  # a lock holds no addresses
    "--no-emit-find-links",
    "--python-version=3.11",
)
RUN = ("--universal", "-o", "requirements.lock")
TEST = ("--group", "test", "-c", "requirements.lock", "-o", "requirements-test.lock")


def main() -> int:
    """Make the lock of what runs, then the tests' lock within it; options go to uv."""
    uv = shutil.which("uv")
    if uv is None:
        print("uv is missing: `pip install uv`, outside of .venv", file=sys.stderr)
        return 1
    for lock in (RUN, TEST):
        command = [uv, "pip", "compile", "--quiet", *PLAIN, *lock, *sys.argv[1:], "pyproject.toml"]
        if status := subprocess.run(command, check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
