"""Make the locks anew from pyproject.toml: ``make lock`` (needs uv on the PATH).

``python3 -m tools.lock --check`` asks the registry instead whether the run-time lock holds the hash
of every file of what it pins, and whether there are wheels of these versions for every Python that
is supported; it downloads no wheel.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAIN = (
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",  # a lock holds no addresses
    "--no-emit-find-links",
    "--python-version=3.11",
)
RUN = ("--universal", "-o", "requirements.lock")
SPEECH = (
    *("--universal", "--extra", "speech"),
    *("-c", "requirements.lock", "-o", "requirements-speech.lock"),
)
TEST = ("--group", "test", "-c", "requirements.lock", "-o", "requirements-test.lock")
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28")
WHEELS = ("--dry-run", "--no-deps", "--only-binary=:all:")


def main() -> int:
    """Make the lock of what runs, then those of the tests and of speech within it."""
    uv = shutil.which("uv")
    if uv is None:
        print("uv is missing: `pip install uv`, outside of .venv", file=sys.stderr)
        return 1
    if sys.argv[1:] == ["--check"]:
        return check(uv)
    for lock in (RUN, TEST, SPEECH):
        command = [uv, "pip", "compile", "--quiet", *PLAIN, *lock, *sys.argv[1:], "pyproject.toml"]
        if status := subprocess.run(command, check=False).returncode:
            return status
    return 0


def check(uv: str) -> int:
    """Say whether the hashes are the registry's, and on which Python and machine wheels install."""
    same = hashed_anew(uv) == (ROOT / RUN[-1]).read_text("utf-8")
    print(f"hashes: {'those of the registry' if same else 'NOT those of the registry'}", flush=True)
    failed = 0 if same else 1
    for platform in PLATFORMS:
        for version in SUPPORTED:
            ran = tried(uv, ["--python-version", version, "--python-platform", platform])
            said = ran.stderr.strip().splitlines()
            packages = sum(line.startswith(" + ") for line in said)
            failed += ran.returncode != 0
            told = said[-1] if ran.returncode else f"{packages} packages"
            print(f"Python {version}, {platform}: {told}", flush=True)
    return 1 if failed else 0


def hashed_anew(uv: str) -> str:
    """Let uv ask for the hashes of the pinned versions: it believes those that a lock has."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / RUN[-1]
        lines = (ROOT / RUN[-1]).read_text("utf-8").splitlines()
        pins = [line.removesuffix(" \\") for line in lines if "--hash=" not in line]
        bare.write_text("\n".join(pins) + "\n", "utf-8")
        command = [uv, "pip", "compile", "--quiet", *PLAIN, RUN[0], "-o", str(bare)]
        subprocess.run([*command, "pyproject.toml"], cwd=ROOT, check=True)
        return bare.read_text("utf-8")


def tried(uv: str, target: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Let uv look for the wheels of the run-time lock as if for another machine."""
    # In a folder of its own: uv would take the constraints of this project for requirements.
    with tempfile.TemporaryDirectory() as folder:
        command = [uv, "pip", "install", *WHEELS, *target, "--python", sys.executable]
        command += ["--target", f"{folder}/nothing", "-r", str(ROOT / RUN[-1])]
        return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
