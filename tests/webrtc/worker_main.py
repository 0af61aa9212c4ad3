"""Runs a media worker as its own process, as the supervisor does: arguments are its settings."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

from processes.clock import machine_clock
from webrtc.worker import WorkerSettings, run


def main() -> None:
    told = json.loads(sys.argv[1])
    paths = {k: Path(told.pop(k)) for k in ("socket", "recordings", "key_file") if told.get(k)}
    ahead = timedelta(days=told.pop("days_ahead", 0))
    asyncio.run(run(WorkerSettings(**(told | paths)), lambda: machine_clock() + ahead))


if __name__ == "__main__":
    main()
