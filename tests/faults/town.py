"""A demo that is killed, whole or in parts, and comes back on the same folder and ports."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.e2e.running import FONTS, ROOT, eventually
from tests.ports import free_port

STARTED_WITHIN = 90.0
BACK_WITHIN = 60.0
ENDED_WITHIN = 10.0
#: what is killed -> the child of the supervisor it belongs to, and what its own command line says
CHILDREN = {
    "web": ("web", ""),
    "worker": ("worker-w0", ""),
    "paper": ("worker-w0", "spawn_main"),
    "verifier": ("web", "spawn_main"),
    "media": ("media-0", ""),
    "recorder": ("media-0", "webrtc.recorder"),
    "simulator": ("simulator", ""),
}


@dataclass
class Town:
    """Every process of the demo, by name."""

    folder: Path
    http_port: int = field(default_factory=free_port)
    simulator_port: int = field(default_factory=free_port)
    facts: dict = field(default_factory=dict)
    process: subprocess.Popen | None = None

    @property
    def pages(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def simulator(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def data(self) -> Path:
        return self.folder / "demo"

    def staff(self, login: str) -> dict:
        return next(one for one in self.facts["staff"] if one["login"] == login)

    def start(self) -> None:
        """Start everything, and wait until it says where it is."""
        with (self.folder / "demo.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "server.py"), "demo", "--json"],
                env=self._environment(),
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.facts = json.loads(_line(self.process))

    def end(self) -> float:
        """End everything by SIGTERM, unless it has ended; give the seconds that it took."""
        assert self.process is not None
        began = time.monotonic()
        if self.process.returncode is not None:
            return 0.0
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
        return time.monotonic() - began

    def pid(self, name: str) -> int | None:
        """The process of this name, if it lives now."""
        if name == "supervisor":
            return self.process.pid if self.process else None
        child, words = CHILDREN[name]
        states = json.loads((self.data / "run" / "processes.json").read_text("utf-8"))
        pid = next(one["pid"] for one in states["children"] if one["name"] == child)
        if pid is None or not words:
            return pid
        return next((one for one in _children(pid) if words in _command(one)), None)

    async def kill(self, name: str) -> int:
        """Kill the process, as soon as there is one; give its number."""

        async def living():
            return self.pid(name)

        pid = await eventually(living, within=BACK_WITHIN, every=0.02)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return pid

    async def back(self, name: str, killed: int) -> None:
        """Wait until another process has taken the place of the killed one and answers."""
        if name == "supervisor":
            assert self.process is not None
            await asyncio.to_thread(self.process.wait)
            assert self.process.stdout is not None
            self.process.stdout.close()
            await asyncio.to_thread(self.start)
            return

        async def another():
            pid = self.pid(name)
            lazily = name in ("paper", "verifier")  # started by its next work
            return (lazily or pid is not None) and pid != killed and await self._answers(name)

        await eventually(another, within=BACK_WITHIN)

    async def _answers(self, name: str) -> bool:
        address = {
            "web": f"{self.pages}/readyz",
            "simulator": f"{self.simulator}/_sim/clock",
        }.get(name)
        if address is None:
            return True
        try:
            async with aiohttp.ClientSession() as http, http.get(address) as answer:
                return answer.ok
        except aiohttp.ClientError:
            return False

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("FENGQIAO_")}
        return inherited | {
            "FENGQIAO_DATA__DIR": str(self.folder),
            "FENGQIAO_HTTP__PORT": str(self.http_port),
            "FENGQIAO_SIMULATOR__PORT": str(self.simulator_port),
            "FENGQIAO_DOCUMENTS__FONTS": str(FONTS),
        }


def _line(process: subprocess.Popen) -> bytes:
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    said = b""
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline:
        said += process.stdout.read() or b""
        if said.endswith(b"\n"):
            return said
        if process.poll() is not None:
            raise RuntimeError(f"the demo ended with status {process.returncode}")
        time.sleep(0.05)
    process.kill()
    raise TimeoutError("the demo did not start")


def _children(pid: int) -> list[int]:
    """The children of a process, newest last (proc(5))."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines())
            if lines["PPid"] == str(pid) and "Z" not in lines["State"]:
                found.append(int(status.parent.name))
    return sorted(found)


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""
