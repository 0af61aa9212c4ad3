"""A whole demo as a process of its own, and what people do on its pages and phone."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
FONTS = ROOT / "data" / "fonts"
STARTED_WITHIN = 120  #: as patient as the demo itself: how long a start takes is not asserted here
ENDED_WITHIN = 10


@dataclass
class Demo:
    """The running demo and where everything of it is."""

    facts: dict
    process: subprocess.Popen[bytes]

    @property
    def pages(self) -> str:
        return self.facts["pages"]

    @property
    def simulator(self) -> str:
        return self.facts["simulator"]

    @property
    def folder(self) -> Path:
        return Path(self.facts["data"])

    def staff(self, login: str) -> dict:
        return next(one for one in self.facts["staff"] if one["login"] == login)

    def processes(self) -> dict[str, dict]:
        states = json.loads((self.folder / "run" / "processes.json").read_text("utf-8"))
        return {one["name"]: one for one in states["children"]}


@contextmanager
def running_demo(folder: Path, **settings: str):
    """Start `server.py demo --json` on free ports in this folder; end it and check its end."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("FENGQIAO_")
    } | {
        "FENGQIAO_DATA__DIR": str(folder),
        "FENGQIAO_HTTP__PORT": str(free_port()),
        "FENGQIAO_SIMULATOR__PORT": str(free_port()),
        "FENGQIAO_DOCUMENTS__FONTS": str(FONTS),
        **{f"FENGQIAO_{name}": value for name, value in settings.items()},
    }
    with (folder / "demo.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "server.py"), "demo", "--json"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            yield Demo(facts=_facts(process), process=process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(ENDED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
            finally:
                assert process.stdout
                process.stdout.close()


def _facts(process: subprocess.Popen[bytes]) -> dict:
    assert process.stdout
    os.set_blocking(process.stdout.fileno(), False)
    said = b""
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline:
        said += process.stdout.read() or b""
        if said.endswith(b"\n"):
            return json.loads(said)
        if process.poll() is not None:
            raise RuntimeError(f"the demo ended with status {process.returncode}")
        time.sleep(0.05)
    raise TimeoutError("the demo did not start")


def totp(secret: str, *, at: float | None = None) -> str:
    """The authenticator's present code."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    clock = TOTP(key, 6, SHA1(), 30, enforce_key_length=False)
    return clock.generate(int(time.time() if at is None else at)).decode()


async def eventually(look, *, within: float = 60.0, every: float = 0.1):
    """Look until there is something; the last look's failure is the test's."""
    deadline = time.monotonic() + within
    while True:
        found = await look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing came of {look} within {within} s")
        await asyncio.sleep(every)
