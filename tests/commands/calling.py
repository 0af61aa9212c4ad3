"""Commands as an operator calls them: each a process, or in this one, which is quicker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from commands.refusing import refusing
from config import Config, load

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "data" / "fonts"
WITHIN = 120


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str


def said(capsys: pytest.CaptureFixture[str], command: Callable[[], int]) -> Said:
    """Run a command in this process, with its refusals said as ``server.py`` says them."""
    capsys.readouterr()
    status = refusing(command)
    heard = capsys.readouterr()
    return Said(status=status, out=heard.out, err=heard.err)


def config_of(folder: Path) -> Config:
    """The default configuration with its data in this folder."""
    return load(None, {"data.dir": folder}, environment={})


def call(*words: str | Path, config: Path | None = None, **settings: str | Path) -> Said:
    """Call ``server.py``; ``data__dir="..."`` sets FENGQIAO_DATA__DIR, and so on."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("FENGQIAO_")
    } | {f"FENGQIAO_{key.upper()}": str(value) for key, value in settings.items()}
    chosen = ["--config", str(config)] if config else []
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), *chosen, *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    return Said(status=done.returncode, out=done.stdout, err=done.stderr)
