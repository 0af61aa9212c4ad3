"""The Debian packages that Fengqiao needs beside Python's, and whether they are there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """A Debian package, what shows that it or its equal is there, and what it is for."""

    package: str
    sign: str  #: a program on the PATH, `module:NAME` of the system's Python, or a path pattern
    purpose: str

    def met(self) -> bool:
        """Look for the sign, not for the package: other systems name their packages otherwise."""
        if self.sign.startswith("module:"):
            return find_spec(self.sign.removeprefix("module:")) is not None
        if self.sign.startswith("/"):
            return any(Path("/").glob(self.sign[1:]))
        return (
            shutil.which(self.sign, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
            is not None
        )


TO_RUN = (
    Need("python3-venv", "module:ensurepip", "the virtual environment"),
    Need("fonts-hanazono", "/usr/share/fonts/**/HanaMinA.ttf", "rare characters on papers"),
    Need("tzdata", "/usr/share/zoneinfo/Asia/Shanghai", "legal days"),
    Need("zbar-tools", "zbarimg", "scanning codes on the simulator's phone"),
)
TO_TEST = (
    Need("chromium", "chromium", "the pages, in a real browser"),
    Need("fonts-noto-cjk", "/usr/share/fonts/**/NotoSansCJK-*", "Chinese on those pages"),
    Need("libnss3-tools", "certutil", "a browser that trusts the test's certificate"),
    Need("poppler-utils", "pdfsig", "a second opinion on signatures"),
    Need("qpdf", "qpdf", "a second opinion on PDF files"),
    Need("openssl", "openssl", "a second opinion on time stamps"),
    Need("faketime", "faketime", "verifiers in the future"),
    Need("softhsm2", "softhsm2-util", "keys in hardware"),
    Need("redis-server", "redis-server", "several hosts"),
    Need("coturn", "turnserver", "browsers behind strict firewalls"),
    Need("iproute2", "ip", "networks of the tests' own: lines that break, addresses that change"),
    Need("ffmpeg", "ffmpeg", "a second opinion on recordings"),
    Need("nodejs", "node", "the mini-program"),
    Need("npm", "npm", "the mini-program and the bold face"),
)


def missing(needs: Sequence[Need]) -> list[Need]:
    """Pick what is not there."""
    return [need for need in needs if not need.met()]


def install(needs: Sequence[Need]) -> list[Need]:
    """Install what is missing if this user may; give what is missing still."""
    lacking = missing(needs)
    if not lacking or shutil.which("apt-get") is None:
        return lacking
    prefix = root()
    if prefix is None:
        return lacking
    names = [need.package for need in lacking]
    print(f"Installing Debian packages: {' '.join(names)}", flush=True)
    # No service is to start because its program was installed: RUNLEVEL=1 says so to Debian.
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-q"]
    subprocess.run([*apt, "update"], check=False)
    subprocess.run([*apt, "install", "--yes", "--no-install-recommends", *names], check=False)
    return missing(needs)


def how_to_install(needs: Sequence[Need]) -> str:
    """Say exactly what to type and what each package is for."""
    names = " ".join(need.package for need in needs)
    reasons = "\n".join(f"  {need.package}: {need.purpose}" for need in needs)
    return f"These packages are missing; as root: apt-get install {names}\n{reasons}"


def as_root() -> list[str]:
    """Give what to put before a command that only root may run.  Raises PermissionError."""
    prefix = root()
    if prefix is None:
        raise PermissionError("only root, or who may sudo without a password, lays networks")
    return prefix


def root() -> list[str] | None:
    """Give what to put before a command so that root runs it; None if that is not allowed."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None
