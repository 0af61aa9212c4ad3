"""Node with its few packages: the mini-program's test bench, and WeChat peers of other hands."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OLDEST_NODE = 20
INSTALLED = ROOT / "node_modules" / ".package-lock.json"  #: npm writes it last
WITHIN = 180  #: seconds


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install nodejs npm")
    return found


def installed_node() -> str:
    """Give Node, with what package-lock.json names installed."""
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
