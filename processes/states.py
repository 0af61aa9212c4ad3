"""The small file in which the supervisor tells how its children fare; the workbench reads it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """How one child fares."""

    name: str
    pid: int | None  #: None while it is dead
    restarts: int  #: how often it was started again
    since: str  #: start or death, RFC 3339 in UTC by the machine's clock
    ended: str | None  #: how it ended the last time, such as ``status 1`` or ``SIGKILL``


def machine_time() -> str:
    """Now by the machine's clock: a running process is no business of the centre's calendar."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")


def write_states(path: Path, states: Sequence[ProcessState]) -> None:
    """Replace the file whole, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    whole = {"supervisor": os.getpid(), "children": [asdict(state) for state in states]}
    draft.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    draft.replace(path)


def lives(state: ProcessState) -> bool:
    """Is there a process of this number now?"""
    if state.pid is None:
        return False
    try:
        os.kill(state.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's process, so not to be touched, but alive
    return True


def read_states(path: Path) -> list[ProcessState]:
    """Give what the supervisor wrote last; nothing if none ever ran here."""
    if not path.exists():
        return []
    return [ProcessState(**state) for state in json.loads(path.read_text("utf-8"))["children"]]
