"""Runs a media worker as its own process, as the supervisor does: arguments are its settings."""

import asyncio
import json
import sys
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

from processes.clock import machine_clock
from processes.settling import loading

with loading():  # as the server loads it
    from webrtc.worker import WorkerSettings, run


def main() -> None:
    told = json.loads(sys.argv[1])
    if told.pop("watched", False):
        sys.addaudithook(partial(_complain, told["recordings"]))
    paths = {k: Path(told.pop(k)) for k in ("socket", "recordings", "key_file") if told.get(k)}
    ahead = timedelta(days=told.pop("days_ahead", 0))
    asyncio.run(run(WorkerSettings(**(told | paths)), lambda: machine_clock() + ahead))


def _complain(recordings: str, event: str, about: tuple) -> None:
    """Say when the loop itself touches a file of the recordings: it would wait for the disk."""
    place = about[0] if about else None
    on_loop = threading.current_thread() is threading.main_thread()
    if on_loop and isinstance(place, str | Path) and f"{place}/".startswith(f"{recordings}/"):
        sys.stderr.write(f"disk-on-the-loop: {event} {place}\n")


if __name__ == "__main__":
    main()
