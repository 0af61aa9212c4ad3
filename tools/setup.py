"""Make this checkout ready to run: ``make setup``; or to be tested: ``--test``.

Run by the system's Python with its standard library alone.  What is in order already is left
alone, so that a second run takes a second.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import needs  # noqa: E402  (found only now: this file is run by its path)

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RECORD = VENV / "setup.json"  #: what was installed from which lock
LOWEST, TOO_NEW = (3, 11), (3, 15)
RUN, TEST = "requirements.lock", "requirements-test.lock"  #: the second holds the first
SPEECH = "requirements-speech.lock"  #: holds the first too
NODE = "package-lock.json"
CAME_TO = ("Collecting ", "Requirement already satisfied", "Ignoring ")  #: what pip says of each
TEST_PYTHON = (3, 11)  #: the only version that the second is made for


class Unready(Exception):
    """Something is missing that only a person can bring; the message says what to do."""


def main() -> int:
    """Bring everything in order, in the order in which it is needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test", action="store_true", help="also what the tests need")
    parser.add_argument("--speech", action="store_true", help="also listen and read aloud here")
    told = parser.parse_args()
    for_tests: bool = told.test
    try:
        system_packages(for_tests=for_tests)
        python = interpreter(for_tests=for_tests)
        environment(python, TEST if for_tests else RUN)
        if told.speech:
            speech()
        bytecode()
        if for_tests:
            node_modules()
    except (Unready, subprocess.CalledProcessError) as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    return fonts()


def interpreter(*, for_tests: bool) -> str:
    """Find the Python that the environment is made with."""
    if not LOWEST <= sys.version_info[:2] < TOO_NEW:
        here = ".".join(map(str, sys.version_info[:2]))
        raise Unready(f"Python 3.11 to 3.14 is needed, this is {here}; try PYTHON=python3.11")
    if not for_tests or sys.version_info[:2] == TEST_PYTHON:
        return sys.executable
    other = shutil.which("python3.11")
    if other is None:
        raise Unready(
            "the tests are locked for Python 3.11: install python3.11 and python3.11-venv"
        )
    return other


def system_packages(*, for_tests: bool) -> None:
    """Install Debian packages, or say which; only the tests cannot do without all of them."""
    lacking = needs.install((*needs.TO_RUN, *(needs.TO_TEST if for_tests else ())))
    if lacking and for_tests:
        raise Unready(needs.how_to_install(lacking))
    if lacking:
        print(needs.how_to_install(lacking), file=sys.stderr)


def environment(python: str, lock: str) -> None:
    """Make ``.venv`` and install the lock into it, unless that is done."""
    there = recorded()
    wanted = {"python": version_of(python), lock: digest(lock)}
    if PYTHON.exists() and wanted.items() <= there.items():
        return
    if not PYTHON.exists() or there.get("python", wanted["python"]) != wanted["python"]:
        print("Making .venv", flush=True)
        subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)
        there = {}
    install(lock)
    record(there | wanted | {RUN: digest(RUN)})


def speech() -> None:
    """Install the extra that listens and reads aloud, and put its models together."""
    wanted = {SPEECH: digest(SPEECH)}
    if not wanted.items() <= recorded().items():
        install(SPEECH)
        record(recorded() | wanted)
    subprocess.run([str(PYTHON), "tools/models.py"], cwd=ROOT, check=True)


def install(lock: str) -> None:
    """Install a lock, counting its packages as pip comes to them."""
    total = sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]
    # Wheels alone: nothing is compiled, and no unlocked program is fetched to build something.
    command += ["--require-hashes", "--only-binary=:all:", "--no-deps", "-r", str(ROOT / lock)]
    with subprocess.Popen(command, stdout=PIPE, stderr=STDOUT, text=True) as pip:
        said = []
        for line in pip.stdout or ():
            said.append(line)
            done = sum(one.startswith(CAME_TO) for one in said)
            tell(f"Installing what {lock} names: {done} of {total}")
    if pip.returncode:
        raise Unready(f"pip said:\n{''.join(said)}")
    tell(f"Installed what {lock} names\n")


def tell(progress: str) -> None:
    """Show a line in the place of the last one, where there is a terminal."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{progress}", end="", flush=True)
    elif progress.endswith("\n"):
        print(progress, end="", flush=True)


def bytecode() -> None:
    """Compile what every process imports; where Python is told to write no bytecode, none would.

    Our own files take a second, and are looked at each time; the libraries when they changed.
    """
    compile_all(sorted(one.parent for one in ROOT.glob("*/__init__.py")))
    installed = [made for lock, made in sorted(recorded().items()) if lock in (RUN, TEST)]
    wanted = {"compiled": " ".join(installed)}
    if wanted.items() <= recorded().items():
        return
    print("Compiling the libraries", flush=True)
    compile_all([VENV / "lib"])
    record(recorded() | wanted)


def compile_all(folders: list[Path]) -> None:
    """Compile files whose bytecode is older; some libraries ship templates that are no Python."""
    command = [str(PYTHON), "-m", "compileall", "-qq", "-j", "0", *map(str, folders)]
    subprocess.run(command, check=False)


def node_modules() -> None:
    """Install what the mini-program's tests need; the product itself needs no Node."""
    if not (ROOT / NODE).exists():
        return
    wanted = {NODE: digest(NODE)}
    if (ROOT / "node_modules").is_dir() and wanted.items() <= recorded().items():
        return
    print(f"Installing what {NODE} names", flush=True)
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=ROOT, check=True
    )
    record(recorded() | wanted)


def digest(lock: str) -> str:
    """Hash a lock."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def version_of(python: str) -> str:
    """Ask a Python for its version, such as 3.11."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run(
        [python, "-c", ask], capture_output=True, text=True, check=True
    ).stdout.strip()


def record(done: dict[str, str]) -> None:
    """Write down what was installed, so that it is not done again."""
    RECORD.write_text(json.dumps(done, indent=1) + "\n")


def recorded() -> dict[str, str]:
    """Read what was installed; nothing if nothing was."""
    try:
        return {str(name): str(value) for name, value in json.loads(RECORD.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def fonts() -> int:
    """Make the fonts of the papers; that program knows itself what is made already."""
    return subprocess.run([str(PYTHON), "tools/fonts.py"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
