"""Independent programs that read papers; found by name on the PATH."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(*command, faketime="", **options):
    early = ["faketime", "-f", faketime] if faketime else []
    done = subprocess.run(
        [*early, *map(str, command)],
        capture_output=True,
        timeout=120,
        check=False,
        encoding="utf-8",
        **options,
    )
    return done.returncode, done.stdout + done.stderr


def text_of(pdf: bytes, *options) -> str:
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, timeout=60, check=True
    )
    return done.stdout.decode()


def fonts_of(file: Path) -> list[list[str]]:
    _code, out = run("pdffonts", file)
    return [line.split() for line in out.splitlines()[2:]]


def pyhanko(*arguments, faketime=""):
    program = Path(sys.executable).with_name("pyhanko")
    return run(program, *arguments, faketime=faketime)


def nss_with(root_pem: Path, folder: Path) -> str:
    """A certificate store for pdfsig that trusts only our root."""
    store = f"sql:{folder}"
    run("certutil", "-N", "-d", store, "--empty-password")
    run("certutil", "-A", "-d", store, "-n", "root", "-t", "CT,C,C", "-i", root_pem)
    return store
