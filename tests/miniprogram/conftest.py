"""Node with its few packages, and a whole demo that the mini-program's pages talk to."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.running import ROOT, Demo, running_demo, totp

OLDEST_NODE = 20
INSTALLED = ROOT / "node_modules" / ".package-lock.json"  #: npm writes it last
WITHIN = 180  #: seconds


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install nodejs npm")
    return found


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with what package-lock.json names installed."""
    found = program("node")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.strip().lstrip("v").split(".")[0]) < OLDEST_NODE:
        pytest.fail(f"Node {OLDEST_NODE} or newer is needed, {found} is {version.stdout.strip()}")
    if not up_to_date():
        npm = [program("npm"), "ci", "--no-audit", "--no-fund"]
        done = subprocess.run(
            npm, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN, check=False
        )
        if done.returncode:
            pytest.fail(f"npm ci said:\n{done.stdout}{done.stderr}")
    return found


def up_to_date() -> bool:
    """Is everything there that the lock names, in the versions it names?"""
    if not INSTALLED.exists():
        return False
    wanted = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    there = json.loads(INSTALLED.read_text("utf-8"))["packages"]
    named = {path: one["integrity"] for path, one in wanted.items() if path}
    return named == {path: one.get("integrity") for path, one in there.items()}


@dataclass(frozen=True)
class Centre:
    """The running demo, with staff logged in."""

    demo: Demo
    dispatcher: str
    mediator: str
    supervisor: str

    @property
    def environment(self) -> dict[str, str]:
        """What the pages' tests have to know; the rest of the environment stays outside."""
        return {
            "PATH": os.environ["PATH"],
            "MINI_SERVER": self.demo.pages,
            "MINI_SIMULATOR": self.demo.simulator,
            "MINI_DISPATCHER": self.dispatcher,
            "MINI_MEDIATOR": self.mediator,
            "MINI_SUPERVISOR": self.supervisor,
            "MINI_MEDIATOR_TOTP": self.demo.staff("tiaojie")["totp_secret"],
            "MINI_SUPERVISOR_TOTP": self.demo.staff("duban")["totp_secret"],
        }


@pytest.fixture(scope="session")
def centre(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("miniprogram")
    with running_demo(folder) as demo:
        yield Centre(
            demo=demo,
            dispatcher=asyncio.run(staff_session(demo, "fenpai")),
            mediator=asyncio.run(staff_session(demo, "tiaojie")),
            supervisor=asyncio.run(staff_session(demo, "duban")),
        )


async def staff_session(demo: Demo, login: str) -> str:
    facts = demo.staff(login)
    asked = {
        "login": login,
        "password": facts["password"],
        "code": totp(facts["totp_secret"]),
    }
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{demo.pages}/api/v1/staff/sessions", json=asked) as answer,
    ):
        answer.raise_for_status()
        session = await answer.json()
    return str(session["secret"])
